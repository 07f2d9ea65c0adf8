import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { IntentFact } from '../../domain/stripe-facts.js';
import { CardPayments, CardRefused, OutcomeUnknown } from '../../domain/card-payments.js';
import { LearnIntent } from './learn-intent.js';

/** Ends an intent at Stripe. Where it has just succeeded instead, that is what is learned. Throws while a bank still thinks. */
export class CancelIntent extends Command<void> {
  constructor(readonly intentId: string) {
    super();
  }
}

@CommandHandler(CancelIntent)
export class CancelIntentHandler implements ICommandHandler<CancelIntent> {
  constructor(
    private readonly cards: CardPayments,
    private readonly commands: CommandBus,
  ) {}

  async execute({ intentId }: CancelIntent): Promise<void> {
    const fact = await this.cancel(intentId);
    await this.commands.execute(new LearnIntent(fact, 'stripe'));
    if (fact.status !== 'cancelled' && fact.status !== 'succeeded') throw new OutcomeUnknown(`Intent ${intentId} cannot be cancelled yet`);
  }

  private async cancel(intentId: string): Promise<IntentFact> {
    try {
      return await this.cards.cancelIntent(intentId);
    } catch (error) {
      if (!(error instanceof CardRefused)) throw error;
      return this.cards.intent(intentId);
    }
  }
}
