import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { IntentCanceller } from '../intent-canceller.js';
import { REQUESTS } from '../lanes.js';

/** Cancels an intent at Stripe. The subject is the intent's id. */
@Job('payments.cancel-intent', { lane: REQUESTS })
export class CancelIntent implements JobHandler {
  constructor(private readonly canceller: IntentCanceller) {}

  /** Throws `OutcomeUnknown` while the intent can neither be cancelled nor has ended. */
  run(intentId: string): Promise<void> {
    return this.canceller.cancel(intentId);
  }
}
