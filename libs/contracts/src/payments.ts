/** The events and the published queries of the payments context. */
import { Query } from '@nestjs/cqrs';
import { DomainEvent } from '@app/kernel/domain-event.js';
import type { MoneyJson } from '@app/kernel/money.js';

/** Why money is refunded: the fact that requires it. `goodwill`: an admin wants it. */
export const REFUND_REASONS = [
  'reservation-cancelled',
  'showtime-cancelled',
  'showtime-moved',
  'seats-changed',
  'payment-came-too-late',
  'surplus-payment',
  'wrong-amount',
  'goodwill',
] as const;
export type RefundReason = (typeof REFUND_REASONS)[number];

export const REFUND_STATUSES = ['requested', 'submitted', 'succeeded', 'failed'] as const;
export type RefundStatus = (typeof REFUND_STATUSES)[number];

/** The customer can pay: Stripe has a payment intent. A free reservation needs none. */
export class PaymentStarted extends DomainEvent<{ paymentId: string; reservationId: string; amount: MoneyJson }> {
  static readonly type = 'payments.payment-started.v1';
}

/** The money for a reservation arrived in full. */
export class PaymentSucceeded extends DomainEvent<{ paymentId: string; reservationId: string; amount: MoneyJson }> {
  static readonly type = 'payments.payment-succeeded.v1';
}

/** A card was declined. The customer can try another card with the same payment. */
export class PaymentFailed extends DomainEvent<{ paymentId: string; reservationId: string; reason: string | null }> {
  static readonly type = 'payments.payment-failed.v1';
}

/** The payment ended without money. */
export class PaymentCancelled extends DomainEvent<{ paymentId: string; reservationId: string }> {
  static readonly type = 'payments.payment-cancelled.v1';
}

/** Money arrived that is not the price: another amount or currency, or through a second intent of the payment. All of it is refunded. */
export class UnexpectedMoneyReceived extends DomainEvent<{
  paymentId: string;
  reservationId: string;
  amount: MoneyJson;
  reason: 'surplus-payment' | 'wrong-amount';
}> {
  static readonly type = 'payments.unexpected-money-received.v1';
}

/** Money will be refunded. Stripe is asked next. */
export class RefundRequested extends DomainEvent<{
  refundId: string;
  paymentId: string;
  reservationId: string;
  amount: MoneyJson;
  reason: RefundReason;
}> {
  static readonly type = 'payments.refund-requested.v1';
}

/** Stripe accepted the refund and reports later whether the money was returned. */
export class RefundSubmitted extends DomainEvent<{
  refundId: string;
  paymentId: string;
  reservationId: string;
  amount: MoneyJson;
  reason: RefundReason | 'external';
}> {
  static readonly type = 'payments.refund-submitted.v1';
}

/** Stripe reports that the money was returned. */
export class PaymentRefunded extends DomainEvent<{
  refundId: string;
  paymentId: string;
  reservationId: string;
  amount: MoneyJson;
  reason: RefundReason | 'external';
}> {
  static readonly type = 'payments.payment-refunded.v1';
}

/** Stripe could not return the money. An admin must retry. */
export class RefundFailed extends DomainEvent<{
  refundId: string;
  paymentId: string;
  reservationId: string;
  amount: MoneyJson;
  cause: string | null;
}> {
  static readonly type = 'payments.refund-failed.v1';
}

/** The staff paid a failed refund out in another way than through Stripe, such as a bank transfer. Its money stays at Stripe. */
export class RefundPaidOut extends DomainEvent<{
  refundId: string;
  paymentId: string;
  reservationId: string;
  amount: MoneyJson;
  reason: RefundReason;
}> {
  static readonly type = 'payments.refund-paid-out.v1';
}

/** A cardholder's bank disputes a payment, or does so again after a decision. It takes the money back until the dispute is decided. */
export class DisputeOpened extends DomainEvent<{
  disputeId: string;
  paymentId: string;
  reservationId: string;
  amount: MoneyJson;
  /** Stripe's own word: `fraudulent`. */
  reason: string | null;
}> {
  static readonly type = 'payments.dispute-opened.v1';
}

/**
 * A dispute is decided, or decided anew: a lost one can be won on appeal. The event with the highest `sequence` tells what holds. `won`: the money
 * stays here, also where the bank only asked. `lost`: the bank keeps it, or a part of it.
 */
export class DisputeClosed extends DomainEvent<{
  disputeId: string;
  paymentId: string;
  reservationId: string;
  amount: MoneyJson;
  outcome: 'won' | 'lost';
  /** What the bank keeps of `amount`. Left out by earlier releases: all of it where the outcome is `lost`. */
  lost?: MoneyJson;
}> {
  static readonly type = 'payments.dispute-closed.v1';
}

export interface SettledPaymentView {
  readonly paymentId: string;
  readonly reservationId: string;
  readonly amount: MoneyJson;
  /** ISO instant, domain time. */
  readonly settledAt: string;
}

/** The payments of these reservations whose money is settled: captured, of the right amount, and none of it owed back. */
export class SettledPaymentsOf extends Query<SettledPaymentView[]> {
  constructor(readonly reservationIds: readonly string[]) {
    super();
  }
}

/** Of these payments, those that succeeded with the right amount, also when they were refunded since. In any order. */
export class SettledPaymentsByIds extends Query<SettledPaymentView[]> {
  constructor(readonly paymentIds: readonly string[]) {
    super();
  }
}

/** Every payment that succeeded with the right amount, also when it was refunded since. A page at a time, in the order (settledAt, paymentId). */
export class PaymentsSettledBetween extends Query<SettledPaymentView[]> {
  constructor(
    /** The page begins after this position. */
    readonly after: { readonly settledAt: string; readonly paymentId: string },
    readonly until: string,
    readonly limit: number,
  ) {
    super();
  }
}

/** The payments of a reservation with their refunds, by id. Never more than `limit` payments. */
export class PaymentIdsOfReservation extends Query<{ paymentId: string; refundIds: string[] }[]> {
  constructor(
    readonly reservationId: string,
    readonly limit: number,
  ) {
    super();
  }
}

/** A whole sum that a payment owes, what was requested before included. */
interface OwedRefund {
  readonly reason: RefundReason;
  readonly due: MoneyJson;
}

/**
 * What was captured of a payment and stays here: it did not go back, was not paid out by the staff and is not owed, requested or not, and no bank keeps it after a lost dispute.
 * In minor units of its currency. `owed`: what is owed by now; null where nothing is.
 */
export class KeptMoneyOf extends Query<number> {
  constructor(
    readonly paymentId: string,
    readonly owed: OwedRefund | null,
  ) {
    super();
  }
}

/** What of the whole sum that each of these payments owes it can give back, whether that is requested or not. In minor units. */
export class ReturnableSumsOf extends Query<{ paymentId: string; amount: number }[]> {
  constructor(readonly owed: readonly (OwedRefund & { readonly paymentId: string })[]) {
    super();
  }
}

/** The refund that would be requested for each of these payments if this became owed. Payments for which none would be requested are left out. */
export class RefundsThatWouldBeRequested extends Query<{ paymentId: string; amount: MoneyJson }[]> {
  constructor(readonly owed: readonly (OwedRefund & { readonly paymentId: string })[]) {
    super();
  }
}

export interface ReservationRefundView {
  readonly reservationId: string;
  readonly paymentId: string;
  readonly amount: MoneyJson;
  readonly status: RefundStatus;
  readonly reason: RefundReason | 'external';
  /** ISO instant, domain time, of what the staff paid out in another way; null where there is none, and while anything else of the sum has failed. */
  readonly paidOutAt: string | null;
}

/**
 * What goes back to the customer of each payment of these reservations, from the moment it is requested. What is owed of a payment is one sum, also
 * where it goes back in several refunds; it stands for goodwill, and goodwill for external refunds. Payments come in the same order, then the newest
 * refund first. Payments without a refund are left out.
 */
export class RefundsOfReservations extends Query<ReservationRefundView[]> {
  constructor(readonly reservationIds: readonly string[]) {
    super();
  }
}

export interface ChangedRefundView {
  readonly refundId: string;
  readonly paymentId: string;
  readonly reservationId: string;
  readonly amount: MoneyJson;
  readonly status: 'submitted' | 'succeeded';
  /** ISO instant, domain time, of its last change. */
  readonly changedAt: string;
}

/** The refunds that are on their way or have arrived, by their last change. A page at a time, in the order (changedAt, refundId). */
export class RefundsChangedBetween extends Query<ChangedRefundView[]> {
  constructor(
    /** The page begins after this position. */
    readonly after: { readonly changedAt: string; readonly refundId: string },
    readonly until: string,
    readonly limit: number,
  ) {
    super();
  }
}
