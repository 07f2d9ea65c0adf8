import { ApiProperty } from '@nestjs/swagger';
import { MoneyView } from '@app/platform/http/money.view.js';
import { PageInfo } from '@app/platform/http/page.view.js';
import type { DisputeState } from '../../domain/disputes.js';
import type { PaymentStatus } from '../../domain/payment-state.js';
import { DisputeView } from './dispute.view.js';
import { commonOf, PaymentErrorView, RefundView, type ShownPayment } from './payment.view.js';

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
      ...commonOf(payment),
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
