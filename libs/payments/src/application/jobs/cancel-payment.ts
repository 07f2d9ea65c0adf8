import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { IntentCanceller } from '../intent-canceller.js';
import { REQUESTS } from '../lanes.js';

/** Cancels the intent of a payment that is no longer needed. The subject is the payment's id. */
@Job('payments.cancel-payment', { lane: REQUESTS })
export class CancelPayment implements JobHandler {
  constructor(private readonly canceller: IntentCanceller) {}

  run(paymentId: string): Promise<void> {
    return this.canceller.cancelPayment(paymentId);
  }
}
