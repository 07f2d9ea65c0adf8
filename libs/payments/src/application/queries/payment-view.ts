import type { MoneyJson } from '@app/kernel/money.js';
import type { PaymentState, PaymentStatus } from '../../domain/payment.js';
import type { RefundState, RefundStatus } from '../../domain/refund.js';

export interface RefundView {
  readonly id: string;
  readonly amount: MoneyJson;
  readonly status: RefundStatus;
  readonly reason: RefundState['reason'];
}

export interface PaymentView {
  readonly id: string;
  readonly reservationId: string;
  readonly status: PaymentStatus;
  readonly amount: MoneyJson;
  readonly captured: MoneyJson;
  readonly refunded: MoneyJson;
  readonly clientSecret: string | null;
  readonly publishableKey: string;
  /** ISO instant until when the seats wait for the money; null once the payment has ended. */
  readonly expiresAt: string | null;
  readonly refunds: readonly RefundView[];
}

export interface AdminPaymentView extends Omit<PaymentView, 'clientSecret' | 'publishableKey' | 'expiresAt'> {
  readonly customerId: string;
  readonly intentId: string | null;
  readonly createdAt: string;
  readonly settledAt: string | null;
}

export interface AdminRefundView extends RefundView {
  readonly paymentId: string;
  readonly reservationId: string;
  readonly failure: string | null;
}

interface ForTheCustomer {
  readonly clientSecret: string | null;
  readonly publishableKey: string;
  readonly heldUntil: string;
}

export function viewOfPayment(payment: PaymentState, { clientSecret, publishableKey, heldUntil }: ForTheCustomer): PaymentView {
  const isOver = payment.status === 'cancelled' || payment.status === 'succeeded';
  return { ...common(payment), clientSecret: isOver ? null : clientSecret, publishableKey, expiresAt: isOver ? null : heldUntil };
}

export function viewOfAdminPayment(payment: PaymentState): AdminPaymentView {
  const { customerId, intentId, createdAt, settledAt } = payment;
  return { ...common(payment), customerId, intentId, createdAt: createdAt.toISOString(), settledAt: settledAt?.toISOString() ?? null };
}

export function viewOfAdminRefund({ id: paymentId, reservationId }: PaymentState, refund: RefundState): AdminRefundView {
  return { ...viewOfRefund(refund), paymentId, reservationId, failure: refund.failure };
}

function common(payment: PaymentState) {
  const { id, reservationId, status, amount, currency, captured, capturedCurrency, refunded, refunds } = payment;
  return {
    id,
    reservationId,
    status,
    amount: { amount, currency },
    captured: { amount: captured, currency: capturedCurrency },
    refunded: { amount: refunded, currency: capturedCurrency },
    refunds: refunds.map(viewOfRefund),
  };
}

function viewOfRefund({ id, amount, currency, status, reason }: RefundState): RefundView {
  return { id, amount: { amount, currency }, status, reason };
}
