import { QueryBus } from '@nestjs/cqrs';
import { ReservationAccountsOf } from '@app/contracts/reservation-accounts.js';
import { Clock } from '@app/kernel/clock.js';
import { Job, type JobHandler } from '@app/platform/jobs/job.js';
import { Payments } from '../../domain/payments.js';
import { OWED_REFUNDS } from '../lanes.js';

/**
 * Requests what is owed of a payment and was not requested, or only in part: an external or a goodwill refund had given that money back, and has
 * failed since. The search for owed refunds has passed it by then. The subject is the payment's id.
 */
@Job('payments.request-refunds-of-payment', { lane: OWED_REFUNDS })
export class RequestRefundsOfPayment implements JobHandler {
  constructor(
    private readonly payments: Payments,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async run(paymentId: string): Promise<void> {
    const { reservationId } = await this.payments.get(paymentId);
    const [account] = await this.queries.execute(new ReservationAccountsOf([reservationId]));
    const owed = account?.owed.filter((refund) => refund.paymentId === paymentId) ?? [];
    const sums = owed.map(({ reason, refundDue: due }) => ({ reason, due }));
    await this.payments.change(paymentId, (payment) => payment.requestOwedRefunds({ owed: sums, now: this.clock.now() }));
  }
}
