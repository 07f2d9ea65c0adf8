/** What payments tells the others and answers them. */
import { Query } from '@nestjs/cqrs';
import { DomainEvent } from '@app/kernel/domain-event.js';
import type { MoneyJson } from '@app/kernel/money.js';

/** Why money goes back: the fact that asked for it. */
export type RefundReason = 'reservation-cancelled' | 'payment-came-too-late' | 'surplus-payment' | 'wrong-amount';

/** A PaymentIntent stands at Stripe (or a free reservation was settled without one); the customer can pay. */
export class PaymentStarted extends DomainEvent<{ paymentId: string; reservationId: string; amount: MoneyJson }> {
  static readonly type = 'payments.payment-started.v1';
}

/** The money for a reservation arrived in full. */
export class PaymentSucceeded extends DomainEvent<{ paymentId: string; reservationId: string; amount: MoneyJson }> {
  static readonly type = 'payments.payment-succeeded.v1';
}

/** A card was declined; the same payment takes the next card. */
export class PaymentFailed extends DomainEvent<{ paymentId: string; reservationId: string; reason: string | null }> {
  static readonly type = 'payments.payment-failed.v1';
}

/** The attempt is over without money. */
export class PaymentCancelled extends DomainEvent<{ paymentId: string; reservationId: string }> {
  static readonly type = 'payments.payment-cancelled.v1';
}

/** Money arrived that is not the price: another amount or currency, or through a second intent of the payment. All of it goes back. */
export class UnexpectedMoneyReceived extends DomainEvent<{
  paymentId: string;
  reservationId: string;
  amount: MoneyJson;
  reason: 'surplus-payment' | 'wrong-amount';
}> {
  static readonly type = 'payments.unexpected-money-received.v1';
}

/** Money will go back; Stripe is asked next. */
export class RefundRequested extends DomainEvent<{
  refundId: string;
  paymentId: string;
  reservationId: string;
  amount: MoneyJson;
  reason: RefundReason;
}> {
  static readonly type = 'payments.refund-requested.v1';
}

/** Stripe took the order and will say later whether the money went back. */
export class RefundSubmitted extends DomainEvent<{
  refundId: string;
  paymentId: string;
  reservationId: string;
  amount: MoneyJson;
  reason: RefundReason | 'external';
}> {
  static readonly type = 'payments.refund-submitted.v1';
}

/** Stripe says the money went back. */
export class PaymentRefunded extends DomainEvent<{
  refundId: string;
  paymentId: string;
  reservationId: string;
  amount: MoneyJson;
  reason: RefundReason | 'external';
}> {
  static readonly type = 'payments.payment-refunded.v1';
}

/** Stripe could not give the money back; an admin must retry. */
export class RefundFailed extends DomainEvent<{
  refundId: string;
  paymentId: string;
  reservationId: string;
  amount: MoneyJson;
  cause: string | null;
}> {
  static readonly type = 'payments.refund-failed.v1';
}

export interface SettledPaymentView {
  readonly paymentId: string;
  readonly reservationId: string;
  readonly amount: MoneyJson;
  /** ISO instant, domain time. */
  readonly settledAt: string;
}

/** Payments of these reservations whose money is settled: captured, of the right amount, nothing of it refunded. */
export class SettledPaymentsOf extends Query<SettledPaymentView[]> {
  constructor(readonly reservationIds: readonly string[]) {
    super();
  }
}

/** Every payment that ever succeeded with the right amount, refunded since or not, a page at a time in the order (settledAt, paymentId). */
export class PaymentsSettledBetween extends Query<SettledPaymentView[]> {
  constructor(
    /** Exclusive position to go on from. */
    readonly after: { readonly settledAt: string; readonly paymentId: string },
    readonly until: string,
    readonly limit: number,
  ) {
    super();
  }
}

export interface ReservationRefundView {
  readonly reservationId: string;
  readonly amount: MoneyJson;
  readonly status: 'requested' | 'submitted' | 'succeeded' | 'failed';
  readonly reason: RefundReason | 'external';
}

/** The newest refund of each of these reservations, one of our own before one made by hand; those without one are left out. */
export class RefundsOfReservations extends Query<ReservationRefundView[]> {
  constructor(readonly reservationIds: readonly string[]) {
    super();
  }
}
