import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Alerts } from '@app/kernel/alerts.js';
import { Database } from '@app/platform/persistence/database.js';
import type { IntentFact } from '../../domain/stripe-facts.js';
import { CardPayments, CardRefused } from '../../domain/card-payments.js';
import { StripeEvents } from '../../domain/stripe-events.js';
import { LearnIntent } from './learn-intent.js';

/** Asks Stripe about an event that did not fit. Stripe's own word counts; the event is put aside for a person. */
export class CheckStripeEvent extends Command<void> {
  constructor(readonly eventId: string) {
    super();
  }
}

@CommandHandler(CheckStripeEvent)
export class CheckStripeEventHandler implements ICommandHandler<CheckStripeEvent> {
  constructor(
    private readonly database: Database,
    private readonly stripeEvents: StripeEvents,
    private readonly cards: CardPayments,
    private readonly commands: CommandBus,
    private readonly alerts: Alerts,
  ) {}

  async execute({ eventId }: CheckStripeEvent): Promise<void> {
    const event = await this.stripeEvents.find(eventId);
    if (event?.status !== 'checking') return;
    const claim = this.cards.factOf(event);
    if (claim?.kind !== 'intent') return;
    const truth = await this.ask(claim.intentId);
    await this.database.transaction(async () => {
      // The event before its payment, as everywhere.
      const isStillChecked = (await this.stripeEvents.lock(eventId))?.status === 'checking';
      if (!isStillChecked) return;
      const learned = truth === null ? 'unknown' : await this.commands.execute(new LearnIntent(truth, 'stripe'));
      const isTrue = truth !== null && saysTheSame(claim, truth);
      if (isTrue && learned === 'surplus') await this.stripeEvents.mark(eventId, 'applied', 'a second intent of its payment');
      else await this.park(eventId, claim, isTrue);
    });
  }

  private async ask(intentId: string): Promise<IntentFact | null> {
    try {
      return await this.cards.intent(intentId);
    } catch (error) {
      if (error instanceof CardRefused) return null;
      throw error;
    }
  }

  private async park(eventId: string, { intentId, paymentId, amount }: IntentFact, isTrue: boolean): Promise<void> {
    const note = isTrue
      ? 'not what was asked for, and true: what arrived goes back'
      : 'not what was asked for, and Stripe does not stand by it';
    await this.stripeEvents.mark(eventId, 'parked', note);
    this.alerts.raise('webhook-disagrees', 'An event of Stripe disagrees with its payment', { eventId, intentId, paymentId, amount, note });
  }
}

function saysTheSame(claim: IntentFact, truth: IntentFact): boolean {
  return (
    claim.amount.amount === truth.amount.amount &&
    claim.amount.currency === truth.amount.currency &&
    claim.livemode === truth.livemode &&
    (claim.status !== 'succeeded' || (truth.status === 'succeeded' && claim.received === truth.received))
  );
}
