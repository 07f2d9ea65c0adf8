import { PageInfo } from '@app/platform/http/page.view.js';
import type { RefundState } from '../../domain/refund.js';
import { type RefundRow, RefundView, type ShownPayment } from './payment.view.js';

/** A refund as admins see it. */
export class AdminRefundView extends RefundView {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11" */
  paymentId!: string;
  /** @example "01998f1d-1a2b-7c3d-8e4f-5a6b7c8d9e0f" */
  reservationId!: string;
  /**
   * Why the last attempt failed, in Stripe's words: `expired_or_canceled_card`.
   */
  failure!: string | null;

  /**
   * Why an admin gave it as goodwill; null for any other refund.
   */
  note!: string | null;
  /**
   * How it was paid out in another way, and by which reference; null where it was not.
   * @example null
   */
  paidOutNote!: string | null;
  /** @example "2026-11-21T19:30:00.000Z" */
  createdAt!: string;

  static override of({ reservationId, ...refund }: AdminRefundRow): AdminRefundView {
    const { paymentId, failure, note, paidOutNote, createdAt } = refund;
    return { ...RefundView.of(refund), paymentId, reservationId, failure, note, paidOutNote, createdAt: createdAt.toISOString() };
  }

  static ofPayment({ reservationId }: ShownPayment, refund: RefundState): AdminRefundView {
    return AdminRefundView.of({ ...refund, reservationId });
  }
}

export type AdminRefundRow = RefundRow &
  Pick<RefundState, 'paymentId' | 'failure' | 'note' | 'paidOutNote' | 'createdAt'> & { readonly reservationId: string };

export const REFUNDS_FOR_ADMIN = `SELECT r.id, r.payment_id, p.reservation_id, r.amount, r.currency, r.status, r.reason, r.failure, r.note,
  r.paid_out_at, r.paid_out_amount, r.paid_out_note, r.created_at
  FROM payments.refunds r JOIN payments.payments p ON p.id = r.payment_id`;

/** A page of refunds as admins see them. */
export class AdminRefundsResponse {
  data!: AdminRefundView[];
  page!: PageInfo;
}

/** A refund that was not tried again. */
class RefusedRetryView {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11" */
  refundId!: string;
  /**
   * The code of the problem that a retry of this refund alone would answer with.
   * @example "payments.refund-not-failed"
   */
  code!: string;
  /** @example "Only a failed refund of ours can be retried, or be recorded as paid out; this one is succeeded." */
  detail!: string;
}

/** What became of refunds that were to be tried again together. */
export class RetriedRefundsResponse {
  /** The refunds that are requested again. */
  data!: AdminRefundView[];
  /** @example [] */
  refused!: RefusedRetryView[];
  /**
   * Whether more failed refunds match than one request retries.
   * @example false
   */
  hasMore!: boolean;
}
