import { ApiProperty } from '@nestjs/swagger';
import type { RefundReason, RefundStatus } from '@app/contracts/payments.js';
import { MoneyView } from '@app/platform/http/money.view.js';
import { PageInfo } from '@app/platform/http/page.view.js';
import type { DisputeState } from '../../domain/disputes.js';
import type { PaymentState, PaymentStatus } from '../../domain/payment-state.js';
import type { RefundState } from '../../domain/refund.js';
import { DisputeView } from './dispute.view.js';

/** A payment without what is only there to decide. */
type ShownPayment = Omit<PaymentState, 'lost'>;

/** A refund as customers see it. */
export class RefundView {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11" */
  id!: string;
  amount!: MoneyView;
  /** @example "requested" */
  status!: RefundStatus;
  /**
   * What it was requested for; `external` when somebody made it at Stripe.
   * @example "reservation-cancelled"
   */
  reason!: RefundReason | 'external';

  static of({ id, amount, currency, status, reason }: RefundRow): RefundView {
    return { id, amount: { amount, currency }, status, reason };
  }
}

/** Why the last card was declined. */
export class PaymentErrorView {
  /**
   * Stripe's code of the error.
   * @example "card_declined"
   */
  @ApiProperty({ nullable: true, type: String, maxLength: 500 })
  code!: string | null;
  /**
   * Why the bank declined the card, where it says so: docs.stripe.com/declines/codes.
   * @example "insufficient_funds"
   */
  @ApiProperty({ nullable: true, type: String, maxLength: 500 })
  declineCode!: string | null;
  /**
   * A sentence for the customer, in English.
   * @example "Your card has insufficient funds."
   */
  @ApiProperty({ nullable: true, type: String, maxLength: 500 })
  message!: string | null;
}

/** A payment as its customer sees it. */
export class PaymentView {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11" */
  id!: string;
  /** @example "01998f1d-1a2b-7c3d-8e4f-5a6b7c8d9e0f" */
  reservationId!: string;
  /**
   * `failed`: a card was declined, the same payment takes the next one.
   * @example "open"
   */
  status!: PaymentStatus;
  amount!: MoneyView;
  /** @example { "amount": 0, "currency": "EUR" } */
  captured!: MoneyView;
  /** @example { "amount": 0, "currency": "EUR" } */
  refunded!: MoneyView;
  /**
   * For Stripe.js; only in the answer to starting a payment, and null where nothing is to be paid.
   */
  clientSecret!: string | null;
  /** @example "pk_test_51N" */
  publishableKey!: string;
  /**
   * Until when the seats are held for the money; null once the payment has ended.
   * @example "2026-11-21T19:30:00.000Z"
   */
  expiresAt!: string | null;
  /** Why the last card was declined; null where none was, and once the money arrived. */
  @ApiProperty({ type: PaymentErrorView, nullable: true })
  lastError!: PaymentErrorView | null;
  /** @example [] */
  refunds!: RefundView[];

  static of(
    payment: ShownPayment,
    { clientSecret, publishableKey, heldUntil }: { clientSecret: string | null; publishableKey: string; heldUntil: string },
  ): PaymentView {
    const hasEnded = payment.status === 'cancelled' || payment.status === 'succeeded';
    return { ...common(payment), clientSecret: hasEnded ? null : clientSecret, publishableKey, expiresAt: hasEnded ? null : heldUntil };
  }
}

/** A page of payments as their customer sees them. */
export class PaymentsResponse {
  data!: PaymentView[];
  page!: PageInfo;
}

/** The part of a payment that customers and admins see alike. */
function common(payment: ShownPayment) {
  const { id, reservationId, amount, currency, captured, capturedCurrency, refunded, lastError, refunds } = payment;
  const status: PaymentStatus = payment.status;
  return {
    id,
    reservationId,
    status,
    amount: { amount, currency },
    captured: { amount: captured, currency: capturedCurrency },
    refunded: { amount: refunded, currency: capturedCurrency },
    lastError,
    refunds: refunds.map((refund) => RefundView.of(refund)),
  };
}

/** A payment as admins see it. */
export class AdminPaymentView {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11" */
  id!: string;
  /** @example "01998f1d-1a2b-7c3d-8e4f-5a6b7c8d9e0f" */
  reservationId!: string;
  /** @example "01998f1c-0a1b-7c2d-8e3f-4a5b6c7d8e9f" */
  customerId!: string;
  /** @example "succeeded" */
  status!: PaymentStatus;
  /**
   * Stripe's PaymentIntent.
   * @example "pi_3OkJ2e"
   */
  intentId!: string | null;
  amount!: MoneyView;
  captured!: MoneyView;
  /** @example { "amount": 0, "currency": "EUR" } */
  refunded!: MoneyView;
  /** @example "2026-11-21T19:00:00.000Z" */
  createdAt!: string;
  /**
   * When the price had arrived in full.
   * @example "2026-11-21T19:02:00.000Z"
   */
  settledAt!: string | null;
  /** Why the last card was declined; null where none was, and once the money arrived. */
  @ApiProperty({ type: PaymentErrorView, nullable: true })
  lastError!: PaymentErrorView | null;
  /** @example [] */
  refunds!: RefundView[];
  /**
   * In the order in which Stripe reported them.
   * @example []
   */
  disputes!: DisputeView[];

  /** `disputes` may be those of several payments. */
  static of(payment: ShownPayment, disputes: readonly DisputeState[]): AdminPaymentView {
    const { id, customerId, intentId, createdAt, settledAt } = payment;
    return {
      ...common(payment),
      customerId,
      intentId,
      createdAt: createdAt.toISOString(),
      settledAt: settledAt?.toISOString() ?? null,
      disputes: disputes.filter(({ paymentId }) => paymentId === id).map((dispute) => DisputeView.of(dispute)),
    };
  }
}

/** A page of payments as admins see them. */
export class AdminPaymentsResponse {
  data!: AdminPaymentView[];
  page!: PageInfo;
}

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
  /** @example "2026-11-21T19:30:00.000Z" */
  createdAt!: string;

  static override of({ reservationId, ...refund }: AdminRefundRow): AdminRefundView {
    const { paymentId, failure, note, createdAt } = refund;
    return { ...RefundView.of(refund), paymentId, reservationId, failure, note, createdAt: createdAt.toISOString() };
  }

  static ofPayment({ reservationId }: ShownPayment, refund: RefundState): AdminRefundView {
    return AdminRefundView.of({ ...refund, reservationId });
  }
}

type RefundRow = Pick<RefundState, 'id' | 'amount' | 'currency' | 'status' | 'reason'>;

export type AdminRefundRow = RefundRow &
  Pick<RefundState, 'paymentId' | 'failure' | 'note' | 'createdAt'> & { readonly reservationId: string };

export const REFUNDS_FOR_ADMIN = `SELECT r.id, r.payment_id, p.reservation_id, r.amount, r.currency, r.status, r.reason, r.failure, r.note, r.created_at
  FROM payments.refunds r JOIN payments.payments p ON p.id = r.payment_id`;

/** A page of refunds as admins see them. */
export class AdminRefundsResponse {
  data!: AdminRefundView[];
  page!: PageInfo;
}

/** A refund that was not tried again. */
export class RefusedRetryView {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11" */
  refundId!: string;
  /**
   * The code of the problem that a retry of this refund alone would answer with.
   * @example "payments.refund-not-failed"
   */
  code!: string;
  /** @example "Only a failed refund can be retried; this one is succeeded." */
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
