import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { CardPayments } from '../../domain/card-payments.js';
import { isBeingChecked } from '../../domain/stripe-event.js';
import { StripeEvents } from '../../domain/stripe-events.js';
import { REQUESTS } from '../lanes.js';
import { StripeEventProcessor } from '../stripe-event-processor.js';

/** Asks Stripe for the intent of an event that names only its charge, and has the event applied. The subject is the event's id. */
@Job('payments.ask-for-charge', { lane: REQUESTS })
export class AskForCharge implements JobHandler {
  constructor(
    private readonly stripeEvents: StripeEvents,
    private readonly cards: CardPayments,
    private readonly processor: StripeEventProcessor,
  ) {}

  async run(eventId: string): Promise<void> {
    const event = await this.stripeEvents.find(eventId);
    if (event === null || !isBeingChecked(event) || event.body === null) return;
    const { chargeId } = this.cards.namedIn(event);
    if (chargeId === null) return;
    await this.processor.applyWithCharge(eventId, { intentId: await this.cards.intentOfCharge(chargeId) });
  }
}
