import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { RefundNotFound } from '../../domain/errors.js';
import { Payments } from '../../domain/payments.js';
import type { PayOut } from '../../domain/refund-acts.js';
import { AdminRefundView } from '../queries/admin-refund.view.js';

interface MarkedRefund {
  readonly refund: AdminRefundView;
  /** False where the same was recorded before. */
  readonly isNew: boolean;
}

/**
 * An admin records that a failed refund is paid out in another way than through Stripe. Throws `RefundNotFound`, `RefundNotFailed`,
 * `RefundAlreadyPaidOut`, `NothingLeftToRefund`, `PaidOutAmountDiffers`.
 */
export class MarkRefundPaidOut extends Command<MarkedRefund> implements AdminCommand<MarkedRefund> {
  constructor(
    readonly adminId: string,
    readonly refundId: string,
    readonly paidOut: Pick<PayOut, 'amount' | 'note'>,
  ) {
    super();
  }

  auditEntry({ refund: { paymentId, paidOutAmount: amount }, isNew }: MarkedRefund) {
    const details = { paymentId, amount, reason: this.paidOut.note };
    return isNew ? { action: 'payments.mark-refund-paid-out', subject: this.refundId, details } : null;
  }
}

@CommandHandler(MarkRefundPaidOut)
export class MarkRefundPaidOutHandler implements ICommandHandler<MarkRefundPaidOut> {
  constructor(
    private readonly payments: Payments,
    private readonly clock: Clock,
  ) {}

  async execute({ adminId, refundId, paidOut }: MarkRefundPaidOut): Promise<MarkedRefund> {
    const paymentId = await this.payments.idOfRefund(refundId);
    return this.payments.change(paymentId, (payment) => {
      const isNew = payment.markRefundPaidOut({ ...paidOut, refundId, adminId, now: this.clock.now() });
      const refund = payment.state.refunds.find(({ id }) => id === refundId);
      if (refund === undefined) throw new RefundNotFound();
      return { refund: AdminRefundView.ofPayment(payment.state, refund), isNew };
    });
  }
}
