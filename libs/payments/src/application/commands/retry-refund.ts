import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AuditTrail } from '@app/kernel/audit-trail.js';
import { Database } from '@app/platform/persistence/database.js';
import { RefundNotFound } from '../../domain/errors.js';
import { Payments } from '../../domain/payments.js';
import { type AdminRefundView, viewOfAdminRefund } from '../queries/payment-view.js';

/** An admin lets Stripe try a failed refund again; asked once more while that try is under way, it changes nothing. Throws `RefundNotFound`, `RefundNotFailed`, `NothingLeftToRefund`. */
export class RetryRefund extends Command<AdminRefundView> {
  constructor(
    readonly adminId: string,
    readonly refundId: string,
  ) {
    super();
  }
}

@CommandHandler(RetryRefund)
export class RetryRefundHandler implements ICommandHandler<RetryRefund> {
  constructor(
    private readonly payments: Payments,
    private readonly audit: AuditTrail,
    private readonly database: Database,
  ) {}

  async execute({ adminId, refundId }: RetryRefund): Promise<AdminRefundView> {
    const paymentId = await this.payments.idOfRefund(refundId);
    return this.database.transaction(async () => {
      const { view, isNew } = await this.payments.change(paymentId, (payment) => {
        const isNew = payment.retryRefund(refundId);
        const refund = payment.state.refunds.find(({ id }) => id === refundId);
        if (refund === undefined) throw new RefundNotFound();
        return { view: viewOfAdminRefund(payment.state, refund), isNew };
      });
      if (isNew) await this.audit.record({ actor: adminId, action: 'payments.retry-refund', subject: refundId, details: { paymentId } });
      return view;
    });
  }
}
