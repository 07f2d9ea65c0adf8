import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { Payments } from '../../domain/payments.js';
import { REQUESTS } from '../lanes.js';
import { CancelIntent } from './cancel-intent.js';
import { OpenPayment } from './open-payment.js';

/** Cancels the intent of a payment that is no longer needed. The subject is the payment's id. */
@Job('payments.cancel-payment', { lane: REQUESTS })
export class CancelPayment implements JobHandler {
  constructor(
    private readonly payments: Payments,
    private readonly openPayment: OpenPayment,
    private readonly cancelIntent: CancelIntent,
  ) {}

  async run(paymentId: string): Promise<void> {
    // Its request may have made an intent without telling us. Only the same request under the same key finds that intent.
    if ((await this.payments.get(paymentId)).status === 'created') await this.openPayment.run(paymentId);
    const { status, intentId } = await this.payments.get(paymentId);
    if (status === 'cancelled' || status === 'succeeded' || intentId === null) return;
    await this.cancelIntent.run(intentId);
  }
}
