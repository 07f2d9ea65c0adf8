import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CardPayments } from '../../domain/card-payments.js';
import { Payments } from '../../domain/payments.js';
import { LearnRefunds } from './learn-refunds.js';

/** Asks Stripe for all refunds of a payment. */
export class ListRefunds extends Command<void> {
  constructor(readonly paymentId: string) {
    super();
  }
}

@CommandHandler(ListRefunds)
export class ListRefundsHandler implements ICommandHandler<ListRefunds> {
  constructor(
    private readonly payments: Payments,
    private readonly cards: CardPayments,
    private readonly commands: CommandBus,
  ) {}

  async execute({ paymentId }: ListRefunds): Promise<void> {
    const { intentId } = await this.payments.get(paymentId);
    if (intentId === null) return;
    await this.commands.execute(new LearnRefunds(paymentId, await this.cards.refundsOf(intentId)));
  }
}
