import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { Payments } from '../../domain/payments.js';
import { IntentCanceller } from '../intent-canceller.js';
import { IntentOpener } from '../intent-opener.js';
import { REQUESTS } from '../lanes.js';

/** Cancels the intent of a payment that is no longer needed. The subject is the payment's id. */
@Job('payments.cancel-payment', { lane: REQUESTS })
export class CancelPayment implements JobHandler {
  constructor(
    private readonly payments: Payments,
    private readonly opener: IntentOpener,
    private readonly canceller: IntentCanceller,
  ) {}

  async run(paymentId: string): Promise<void> {
    // Its request may have made an intent without telling us. Only the same request under the same key finds that intent.
    if ((await this.payments.get(paymentId)).status === 'created') await this.opener.openOrGiveUp(paymentId);
    const { status, intentId } = await this.payments.get(paymentId);
    if (status === 'cancelled' || status === 'succeeded' || intentId === null) return;
    await this.canceller.cancel(intentId);
  }
}
