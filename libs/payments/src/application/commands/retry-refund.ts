import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { RefundNotFound } from '../../domain/errors.js';
import { Payments } from '../../domain/payments.js';
import { AdminRefundView } from '../queries/admin-refund.view.js';

interface RetriedRefund {
  readonly refund: AdminRefundView;
  /** False where an earlier retry is not finished. */
  readonly isNew: boolean;
}

/**
 * An admin has a failed refund tried again. While an attempt is under way, this changes nothing.
 * Throws `RefundNotFound`, `RefundNotFailed`, `RefundAlreadyPaidOut`, `NothingLeftToRefund`.
 */
export class RetryRefund extends Command<RetriedRefund> implements AdminCommand<RetriedRefund> {
  constructor(
    readonly adminId: string,
    readonly refundId: string,
  ) {
    super();
  }

  auditEntry({ refund: { paymentId }, isNew }: RetriedRefund) {
    return isNew ? { action: 'payments.retry-refund', subject: this.refundId, details: { paymentId } } : null;
  }
}

@CommandHandler(RetryRefund)
export class RetryRefundHandler implements ICommandHandler<RetryRefund> {
  constructor(private readonly payments: Payments) {}

  async execute({ refundId }: RetryRefund): Promise<RetriedRefund> {
    const paymentId = await this.payments.idOfRefund(refundId);
    return this.payments.change(paymentId, (payment) => {
      const isNew = payment.retryRefund(refundId);
      const refund = payment.state.refunds.find(({ id }) => id === refundId);
      if (refund === undefined) throw new RefundNotFound();
      return { refund: AdminRefundView.ofPayment(payment.state, refund), isNew };
    });
  }
}
