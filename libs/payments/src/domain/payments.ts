import type { RefundReason } from '@app/contracts/payments.js';
import { DAY_MS, HOUR_MS } from '@app/kernel/durations.js';
import type { Payment } from './payment.js';
import type { PaymentState } from './payment-state.js';
import type { IntentFact, RefundFact } from './stripe-facts.js';

export interface UnfinishedPayment {
  readonly id: string;
  readonly reservationId: string;
  readonly intentId: string | null;
}

export interface RefundOfPayment {
  readonly id: string;
  readonly paymentId: string;
}

/** Money of a payment that went back without a request of ours. */
export interface ExternalRefund {
  readonly paymentId: string;
  readonly reservationId: string;
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
}

export interface OwedRefund {
  readonly paymentId: string;
  readonly reason: RefundReason;
}

/** No unfinished payment is checked less often. */
export const MAX_CHECK_PAUSE_MS = HOUR_MS;

/** No submitted refund is checked less often: a bank may take days. */
export const MAX_REFUND_CHECK_PAUSE_MS = DAY_MS;

export interface BegunPayment {
  readonly payment: Payment;
  /** False: the reservation had it already. */
  readonly isAdded: boolean;
}

/** Every stored change also stores the jobs that the payment needs done at Stripe. Only `begin` and `change` lock. */
export abstract class Payments {
  /**
   * Begins one payment of a reservation at a time. `decide` gets its payments, newest first, and returns one of them or a new one. Before a new one
   * is added, `lock` locks what the decision depends on, in the same transaction, and `decide` is asked again.
   */
  abstract begin(
    reservationId: string,
    steps: { readonly lock: () => Promise<void>; readonly decide: (payments: readonly Payment[]) => Payment },
  ): Promise<BegunPayment>;
  abstract add(payment: Payment): Promise<void>;
  /** Locks the payment with its refunds, decides and stores. Throws `PaymentNotFound`. */
  abstract change<T>(id: string, decide: (payment: Payment) => T): Promise<T>;

  /** Throws `PaymentNotFound`. */
  abstract get(id: string): Promise<PaymentState>;
  /** Of these payments, those that exist, in any order. Locks nothing. */
  abstract ofIds(ids: readonly string[]): Promise<Payment[]>;
  abstract has(id: string): Promise<boolean>;
  abstract idOfIntent(intentId: string): Promise<string | null>;
  /** Throws `RefundNotFound`. */
  abstract idOfRefund(refundId: string): Promise<string>;

  /** Of these refunds, those that exist, with their payments. */
  abstract paymentsOfRefunds(refundIds: readonly string[]): Promise<RefundOfPayment[]>;
  /** Failed refunds of ours that the staff did not pay out, whose payments have something left to refund, oldest first. */
  abstract failedRefunds(page: { readonly reason: RefundReason | undefined; readonly limit: number }): Promise<RefundOfPayment[]>;

  /** Of these reservations, the payments that have not ended. */
  abstract unfinishedOf(reservationIds: readonly string[]): Promise<UnfinishedPayment[]>;
  /**
   * Claims unfinished payments whose check is due, and puts their next one off: by half the age of the payment, but by `afterMs` at least and
   * by an hour at most. Nobody else gets them until then. The first check is due at the age of `afterMs`.
   */
  abstract claimDueForCheck(page: { readonly now: Date; readonly afterMs: number; readonly limit: number }): Promise<UnfinishedPayment[]>;

  /** Forgets checks that were due so long ago that their payments must have ended. Returns how many. */
  abstract deleteOldChecks(batch: { readonly before: Date; readonly limit: number }): Promise<number>;

  /** The intents whose status is not that of their payment, or that have no payment. A payment that succeeded is never one of them. */
  abstract differingIntents(intents: readonly IntentFact[]): Promise<IntentFact[]>;
  /** Ids of our payments that have other refunds than these, or the same in another status. */
  abstract withDifferingRefunds(refunds: readonly RefundFact[]): Promise<string[]>;
  /** Of these refunds of Stripe's, those of our payments that were not requested here and have not failed, in any order. */
  abstract externalRefunds(stripeRefundIds: readonly string[]): Promise<ExternalRefund[]>;
  /** Of these, those for which no refund was requested yet, and always those of changed seats, which may be owed again. */
  abstract withoutRefund<Owed extends OwedRefund>(owed: readonly Owed[]): Promise<Owed[]>;
  /**
   * Claims refunds that Stripe has taken and not finished where their check is due, those that wait for the longest time first, and puts their next one
   * off: by half of the time since the refund changed, but by `afterMs` at least and by a day at most. The first check is due `afterMs` after the change.
   * Returns the ids of their payments, each once.
   */
  abstract claimSubmittedRefunds(page: { readonly now: Date; readonly afterMs: number; readonly limit: number }): Promise<string[]>;
}
