import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { IntentOpener } from '../intent-opener.js';
import { REQUESTS } from '../lanes.js';

/** Opens a payment at Stripe where the request that began it did not. The subject is the payment's id. */
@Job('payments.open-payment', { lane: REQUESTS })
export class OpenPayment implements JobHandler {
  constructor(private readonly opener: IntentOpener) {}

  run(paymentId: string): Promise<void> {
    return this.opener.openOrGiveUp(paymentId);
  }
}
