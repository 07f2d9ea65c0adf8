import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CardPayments } from '../../domain/card-payments.js';
import { Payments } from '../../domain/payments.js';
import { LearnIntent } from './learn-intent.js';

/** Asks Stripe how an unfinished payment's intent stands. */
export class CheckPayment extends Command<void> {
  constructor(readonly paymentId: string) {
    super();
  }
}

@CommandHandler(CheckPayment)
export class CheckPaymentHandler implements ICommandHandler<CheckPayment> {
  constructor(
    private readonly payments: Payments,
    private readonly cards: CardPayments,
    private readonly commands: CommandBus,
  ) {}

  async execute({ paymentId }: CheckPayment): Promise<void> {
    const { status, intentId } = await this.payments.get(paymentId);
    if (intentId === null || status === 'cancelled' || status === 'succeeded') return;
    await this.commands.execute(new LearnIntent(await this.cards.intent(intentId), 'stripe'));
  }
}
