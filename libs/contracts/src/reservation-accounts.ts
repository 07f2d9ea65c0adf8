/** What reservations answers to a reconciliation, and to a search for lost events. */
import { Query } from '@nestjs/cqrs';
import type { MoneyJson } from '@app/kernel/money.js';
import type { CancelledBy, OwedRefundView } from './reservations.js';

/** What reservations decided about one reservation and its money: one side of a reconciliation. */
export interface ReservationAccountView {
  readonly reservationId: string;
  readonly showtimeId: string;
  readonly status: 'held' | 'confirmed' | 'cancelled' | 'expired' | 'completed';
  readonly total: MoneyJson;
  /** What the payment that confirms it is of: more than `total` where the seats were changed for cheaper ones since. */
  readonly paid: MoneyJson;
  /** The payment that confirmed it. */
  readonly paymentId: string | null;
  /** The payments for which it was decided what they are for. */
  readonly settledPaymentIds: readonly string[];
  /** Every refund that is owed for any of its payments, also where it was made already. */
  readonly owed: readonly OwedRefundView[];
}

/** The accounts of these reservations in any order. Unknown ids are left out. */
export class ReservationAccountsOf extends Query<ReservationAccountView[]> {
  constructor(readonly reservationIds: readonly string[]) {
    super();
  }
}

export interface SeatDifferenceView {
  /** `unowned`: claimed by a reservation that ended or does not have them. `unclaimed`: paid or held, and not claimed. */
  readonly kind: 'unowned' | 'unclaimed';
  readonly showtimeId: string;
  readonly reservationId: string;
  readonly seats: readonly string[];
}

/** Where the claims on the seats of these showtimes and their reservations differ. */
export class SeatDifferencesOf extends Query<SeatDifferenceView[]> {
  constructor(
    readonly showtimeIds: readonly string[],
    readonly limit: number,
  ) {
    super();
  }
}

export interface CancelledReservationView {
  readonly reservationId: string;
  readonly customerId: string;
  /** ISO instant, domain time. */
  readonly cancelledAt: string;
  readonly by: CancelledBy;
  /** Null where nothing was paid. */
  readonly paymentId: string | null;
  /** What is owed for the cancellation, 0 where everything is kept; null where nothing was paid. */
  readonly refundDue: MoneyJson | null;
}

/** The reservations that were cancelled in a time. A page at a time, in the order (cancelledAt, reservationId). */
export class ReservationsCancelledBetween extends Query<CancelledReservationView[]> {
  constructor(
    /** The page begins after this position. */
    readonly after: { readonly cancelledAt: string; readonly reservationId: string },
    readonly until: string,
    readonly limit: number,
  ) {
    super();
  }
}

export interface ConfirmedReservationView {
  readonly reservationId: string;
  readonly customerId: string;
  /** ISO instant, domain time. */
  readonly confirmedAt: string;
}

/** Every reservation that was confirmed, also one that was cancelled since. A page at a time, in the order (confirmedAt, reservationId). */
export class ReservationsConfirmedBetween extends Query<ConfirmedReservationView[]> {
  constructor(
    /** The page begins after this position. */
    readonly after: { readonly confirmedAt: string; readonly reservationId: string },
    readonly until: string,
    readonly limit: number,
  ) {
    super();
  }
}
