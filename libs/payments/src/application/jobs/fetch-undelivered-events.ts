import { DAY_MS } from '@app/kernel/durations.js';
import { Failures } from '@app/platform/jobs/failures.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { CardPayments } from '../../domain/card-payments.js';
import { PaymentsSettings } from '../../payments.settings.js';
import { StripeEventProcessor } from '../stripe-event-processor.js';
import { LISTS } from '../lanes.js';

/** As long as Stripe tries to deliver an event (docs.stripe.com/webhooks#retries). */
const WITHIN_MS = 3 * DAY_MS;

/** Fetches the events that Stripe could not deliver and receives them like delivered ones. */
@Job('payments.fetch-undelivered-events', { lane: LISTS })
export class FetchUndeliveredEvents implements JobHandler {
  readonly everyMs: number;

  constructor(
    private readonly cards: CardPayments,
    private readonly processor: StripeEventProcessor,
    settings: PaymentsSettings,
  ) {
    this.everyMs = settings.ticks.reconcileEventsMs;
  }

  async run(): Promise<void> {
    const failures = new Failures();
    for await (const events of this.cards.undeliveredEvents({ withinMs: WITHIN_MS })) {
      for (const event of events) await failures.attempt(() => this.processor.receive(event));
    }
    failures.throwFirst();
  }
}
