import { ApiProperty } from '@nestjs/swagger';
import type { RefundReason, RefundStatus } from '@app/contracts/payments.js';
import { MoneyView } from '@app/platform/http/money.view.js';
import { PageInfo } from '@app/platform/http/page.view.js';
import type { PaymentState, PaymentStatus } from '../../domain/payment-state.js';
import type { RefundState } from '../../domain/refund.js';

/** A payment without what is only there to decide. */
export type ShownPayment = Omit<PaymentState, 'lost'>;

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
  /**
   * When the cinema recorded that it paid the money out in another way than to the card, such as a bank transfer; null where it did not. `status` stays
   * what Stripe says of the card.
   * @example null
   */
  paidOutAt!: string | null;
  /** How much it paid out so; null where it did not. */
  @ApiProperty({ type: MoneyView, nullable: true })
  paidOutAmount!: MoneyView | null;

  static of({ id, amount, currency, status, reason, paidOutAt, paidOutAmount: paid }: RefundRow): RefundView {
    const paidOut = { paidOutAt: paidOutAt?.toISOString() ?? null, paidOutAmount: paid === null ? null : { amount: paid, currency } };
    return { id, amount: { amount, currency }, status, reason, ...paidOut };
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
    return { ...commonOf(payment), clientSecret: hasEnded ? null : clientSecret, publishableKey, expiresAt: hasEnded ? null : heldUntil };
  }
}

/** A page of payments as their customer sees them. */
export class PaymentsResponse {
  data!: PaymentView[];
  page!: PageInfo;
}

/** The part of a payment that customers and admins see alike. */
export function commonOf(payment: ShownPayment) {
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

/** What a view of a refund shows of its row. */
export type RefundRow = Pick<RefundState, 'id' | 'amount' | 'currency' | 'status' | 'reason' | 'paidOutAt' | 'paidOutAmount'>;
