import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AmountRefused } from '../../domain/errors.js';
import { Payments } from '../../domain/payments.js';
import { CancelIntent } from './cancel-intent.js';
import { OpenPayment } from './open-payment.js';

/** Nobody need pay any more: ends the payment's intent at Stripe. */
export class CancelPayment extends Command<void> {
  constructor(readonly paymentId: string) {
    super();
  }
}

@CommandHandler(CancelPayment)
export class CancelPaymentHandler implements ICommandHandler<CancelPayment> {
  constructor(
    private readonly payments: Payments,
    private readonly commands: CommandBus,
  ) {}

  async execute({ paymentId }: CancelPayment): Promise<void> {
    if ((await this.payments.get(paymentId)).status === 'created') await this.meetIntent(paymentId);
    const { status, intentId } = await this.payments.get(paymentId);
    if (status === 'cancelled' || status === 'succeeded' || intentId === null) return;
    await this.commands.execute(new CancelIntent(intentId));
  }

  /** Only under the key it was or will be asked for with can an intent be known that nobody has seen yet. */
  private async meetIntent(paymentId: string): Promise<void> {
    try {
      await this.commands.execute(new OpenPayment(paymentId));
    } catch (error) {
      if (!(error instanceof AmountRefused)) throw error;
    }
  }
}
