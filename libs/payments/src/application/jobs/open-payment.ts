import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { AmountRefused, PaymentsUnavailable } from '../../domain/errors.js';
import { IntentOpener } from '../intent-opener.js';
import { REQUESTS } from '../lanes.js';

/** Opens a payment at Stripe where the request that began it did not. The subject is the payment's id. */
@Job('payments.open-payment', { lane: REQUESTS })
export class OpenPayment implements JobHandler {
  constructor(private readonly opener: IntentOpener) {}

  async run(paymentId: string): Promise<void> {
    try {
      await this.opener.open(paymentId);
    } catch (error) {
      // The payment was cancelled for it: nothing is left to do.
      if (!(error instanceof AmountRefused || error instanceof PaymentsUnavailable)) throw error;
    }
  }
}
