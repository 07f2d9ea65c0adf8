import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { RefundReason } from '@app/contracts/payments.js';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { DomainError } from '@app/kernel/domain-error.js';
import { RefundNotFound } from '../../domain/errors.js';
import { Payments, type RefundOfPayment } from '../../domain/payments.js';
import { AdminRefundView, type RetriedRefundsResponse } from '../queries/admin-refund.view.js';

/** One transaction locks the payments of all of them, so there are not too many. */
export const MAX_RETRIED_REFUNDS = 100;

/** Without ids, the oldest failed refunds. With a reason, only those of it. */
export interface RefundSelection {
  readonly refundIds?: readonly string[] | undefined;
  readonly reason?: RefundReason | undefined;
}

/** An admin has many failed refunds tried again. One that cannot be retried stops no other. */
export class RetryRefunds extends Command<RetriedRefundsResponse> implements AdminCommand<RetriedRefundsResponse> {
  constructor(
    readonly adminId: string | null,
    readonly selection: RefundSelection,
  ) {
    super();
  }

  auditEntry({ data }: RetriedRefundsResponse) {
    if (data.length === 0) return null;
    return { action: 'payments.retry-refunds', subject: 'refunds', details: { refundIds: data.map(({ id }) => id) } };
  }
}

@CommandHandler(RetryRefunds)
export class RetryRefundsHandler implements ICommandHandler<RetryRefunds> {
  constructor(private readonly payments: Payments) {}

  async execute({ selection: { refundIds, reason } }: RetryRefunds): Promise<RetriedRefundsResponse> {
    // An id may come in capitals; PostgreSQL answers with small letters.
    const selection = { reason, refundIds: refundIds?.map((id) => id.toLowerCase()) };
    const found = await this.find(selection);
    const retried: RetriedRefundsResponse = { data: [], refused: [], hasMore: found.length > MAX_RETRIED_REFUNDS };
    if (selection.refundIds !== undefined) {
      const known = new Set(found.map(({ id }) => id));
      const unknown = [...new Set(selection.refundIds)].filter((id) => !known.has(id));
      retried.refused.push(...unknown.map((refundId) => refusalOf(refundId, new RefundNotFound())));
    }
    // Payments are locked in one order: two admins must not wait for each other.
    const ordered = found.slice(0, MAX_RETRIED_REFUNDS).sort((a, b) => (a.paymentId < b.paymentId ? -1 : 1));
    for (const refund of ordered) await this.retry(refund, selection, retried);
    return retried;
  }

  private find({ refundIds, reason }: RefundSelection): Promise<RefundOfPayment[]> {
    if (refundIds !== undefined) return this.payments.paymentsOfRefunds(refundIds);
    return this.payments.failedRefunds({ reason, limit: MAX_RETRIED_REFUNDS + 1 });
  }

  private async retry({ id, paymentId }: RefundOfPayment, { reason }: RefundSelection, retried: RetriedRefundsResponse): Promise<void> {
    try {
      await this.payments.change(paymentId, (payment) => {
        const isOfReason = reason === undefined || payment.state.refunds.some((each) => each.id === id && each.reason === reason);
        if (!isOfReason || !payment.retryRefund(id)) return;
        const refund = payment.state.refunds.find((each) => each.id === id);
        if (refund !== undefined) retried.data.push(AdminRefundView.ofPayment(payment.state, refund));
      });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      retried.refused.push(refusalOf(id, error));
    }
  }
}

function refusalOf(refundId: string, { code, message: detail }: DomainError): RetriedRefundsResponse['refused'][number] {
  return { refundId, code, detail };
}
