import { Clock } from '@app/kernel/clock.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { Payments } from '../../domain/payments.js';
import { OWED_REFUNDS } from '../lanes.js';
import { OwedSums } from '../owed-sums.js';

/**
 * Requests what is owed of a payment and was not requested, or only in part: an external or a goodwill refund had given that money back, and has
 * failed since. The search for owed refunds has passed it by then. The subject is the payment's id.
 */
@Job('payments.request-refunds-of-payment', { lane: OWED_REFUNDS })
export class RequestRefundsOfPayment implements JobHandler {
  constructor(
    private readonly payments: Payments,
    private readonly owedSums: OwedSums,
    private readonly clock: Clock,
  ) {}

  async run(paymentId: string): Promise<void> {
    const owed = await this.owedSums.of(paymentId);
    await this.payments.change(paymentId, (payment) => payment.requestOwedRefunds({ owed, now: this.clock.now() }));
  }
}
