/** Events and queries that reservations publishes. */
import { Query } from '@nestjs/cqrs';
import { DomainEvent } from '@app/kernel/domain-event.js';
import type { MoneyJson } from '@app/kernel/money.js';
import type { RefundReason } from './payments.js';
import type { SeatCategory } from './rooms.js';

export interface PricedSeat {
  readonly label: string;
  readonly category: SeatCategory;
  readonly price: MoneyJson;
}

/** A customer has the seats until `heldUntil` and can pay. */
export class SeatsHeld extends DomainEvent<{
  reservationId: string;
  showtimeId: string;
  customerId: string;
  seats: readonly PricedSeat[];
  total: MoneyJson;
  heldUntil: string;
}> {
  static readonly type = 'reservations.seats-held.v1';
}

/** The customer has more time to pay. It happens once. */
export class HoldExtended extends DomainEvent<{ reservationId: string; heldUntil: string }> {
  static readonly type = 'reservations.hold-extended.v1';
}

/**
 * The customer has other seats of the same showtime. `freed` are not theirs any more, `total` is the price now. Where a paid reservation became
 * cheaper, `RefundDueRaised` tells the difference.
 */
export class SeatsChanged extends DomainEvent<{
  reservationId: string;
  showtimeId: string;
  customerId: string;
  status: 'held' | 'confirmed';
  seats: readonly PricedSeat[];
  freed: readonly string[];
  total: MoneyJson;
}> {
  static readonly type = 'reservations.seats-changed.v1';
}

/** The hold was not paid in time. Its seats are free. */
export class HoldExpired extends DomainEvent<{ reservationId: string; showtimeId: string; customerId: string; seats: readonly string[] }> {
  static readonly type = 'reservations.hold-expired.v1';
}

/** The reservation is paid. `late`: the payment came after the hold had expired, and its seats were still free. */
export class ReservationConfirmed extends DomainEvent<{
  reservationId: string;
  showtimeId: string;
  customerId: string;
  paymentId: string;
  code: string;
  seats: readonly PricedSeat[];
  total: MoneyJson;
  late: boolean;
}> {
  static readonly type = 'reservations.reservation-confirmed.v1';
}

/** Who cancelled a reservation. */
export type CancelledBy = 'customer' | 'admin' | 'cinema';

/**
 * The seats are free. With a `paymentId`, `refundDue` is the whole sum that is owed for the payment, and `owedBefore` the part of it that was owed
 * already, because the seats had been changed for cheaper ones; events of earlier releases leave it out, and then it is 0. The cancellation itself
 * gives back the difference: 0 where the policy keeps everything. Without a `paymentId`, nothing was paid.
 */
export class ReservationCancelled extends DomainEvent<{
  reservationId: string;
  showtimeId: string;
  customerId: string;
  seats: readonly string[];
  paymentId: string | null;
  refundDue: MoneyJson;
  owedBefore?: MoneyJson;
  by: CancelledBy;
  reason: string | null;
}> {
  static readonly type = 'reservations.reservation-cancelled.v1';
}

/**
 * More is owed for a payment than before: the cinema cancelled or moved the showtime after the reservation had ended, or the seats were changed for
 * cheaper ones. `refundDue` is the whole sum that is owed for the payment, what was refunded before included.
 */
export class RefundDueRaised extends DomainEvent<{
  reservationId: string;
  showtimeId: string;
  customerId: string;
  paymentId: string;
  refundDue: MoneyJson;
  reason: 'showtime-cancelled' | 'showtime-moved' | 'seats-changed';
}> {
  static readonly type = 'reservations.refund-due-raised.v1';
}

/** The showtime is over. */
export class ReservationCompleted extends DomainEvent<{ reservationId: string; showtimeId: string; customerId: string }> {
  static readonly type = 'reservations.reservation-completed.v1';
}

/** The customer was let in to the showtime. `admittedBy`: the user id of the member of staff. */
export class CustomerAdmitted extends DomainEvent<{ reservationId: string; showtimeId: string; customerId: string; admittedBy: string }> {
  static readonly type = 'reservations.customer-admitted.v1';
}

/** The showtime is over, and the customer had not come. */
export class NoShowRecorded extends DomainEvent<{ reservationId: string; showtimeId: string; customerId: string }> {
  static readonly type = 'reservations.no-show-recorded.v1';
}

/** A payment of the reservation is disputed, or the dispute was decided. `disputed`: whether any dispute of it is open or lost. */
export class DisputeRecorded extends DomainEvent<{
  reservationId: string;
  showtimeId: string;
  customerId: string;
  /** Stripe's id of the dispute. */
  disputeId: string;
  outcome: 'open' | 'won' | 'lost';
  disputed: boolean;
}> {
  static readonly type = 'reservations.dispute-recorded.v1';
}

/** A payment came for a reservation that had ended and could not be revived. It is to be refunded in full. */
export class PaymentCameTooLate extends DomainEvent<{ reservationId: string; paymentId: string; amount: MoneyJson }> {
  static readonly type = 'reservations.payment-came-too-late.v1';
}

/** A payment came for a reservation that another payment had paid. It is to be refunded in full. */
export class SurplusPaymentReceived extends DomainEvent<{ reservationId: string; paymentId: string; amount: MoneyJson }> {
  static readonly type = 'reservations.surplus-payment-received.v1';
}

export interface PayableReservationView {
  readonly id: string;
  readonly customerId: string;
  readonly status: 'held' | 'confirmed' | 'cancelled' | 'expired' | 'completed';
  readonly code: string;
  readonly total: MoneyJson;
  /** ISO instant. */
  readonly heldUntil: string;
  /** The time of the hold has ended, whether it is expired yet or not. */
  readonly due: boolean;
  /** `cancelled` or `moved` since the seats were held: no payment may be begun, and nothing that is paid is kept. */
  readonly showtime: 'on-sale' | 'cancelled' | 'moved';
}

/**
 * What a payment needs to know of a reservation. Null where there is no such reservation, or it belongs to another customer.
 * `isLocked`: the answer stays true until the asker's transaction ends; what showtimes says is not asked for again.
 */
export class PayableReservation extends Query<PayableReservationView | null> {
  readonly isLocked: boolean;

  constructor(
    readonly reservationId: string,
    readonly customerId: string,
    { isLocked = false } = {},
  ) {
    super();
    this.isLocked = isLocked;
  }
}

/** Of these reservations, the ids of those that are not held: a payment for them is not needed any more. */
export class ReservationsNotPayable extends Query<string[]> {
  constructor(readonly reservationIds: readonly string[]) {
    super();
  }
}

export interface OwedRefundView {
  readonly paymentId: string;
  readonly reservationId: string;
  /** The whole sum that is owed for the payment, what was refunded before included. Never 0. */
  readonly refundDue: MoneyJson;
  /** The fact that the refund is owed for. What is owed for one may go back in several refunds. */
  readonly reason: RefundReason;
  /** ISO instant, domain time. */
  readonly owedAt: string;
}

/**
 * Every refund that is owed: for cancelled reservations, for payments that came too late or twice, for cancelled and moved showtimes. What was
 * refunded already is not left out. A page at a time, in the order (owedAt, paymentId, reason).
 */
export class RefundsOwedBetween extends Query<OwedRefundView[]> {
  constructor(
    /** The page begins after this position. */
    readonly after: { readonly owedAt: string; readonly paymentId: string; readonly reason: string },
    readonly until: string,
    readonly limit: number,
  ) {
    super();
  }
}

/** How many seats of each showtime are held or sold. A showtime without any is left out. */
export class SeatsTakenOf extends Query<{ showtimeId: string; taken: number }[]> {
  constructor(readonly showtimeIds: readonly string[]) {
    super();
  }
}

/** How many events of a type. */
export interface EventCount {
  readonly type: string;
  readonly count: number;
}

/** What a change of showtimes would do to reservations. */
export interface ReservationsEffect {
  /** How many are touched, by the status that they have now. `cancelled`: they get back what was kept. */
  readonly byStatus: Readonly<Record<'held' | 'confirmed' | 'completed' | 'cancelled', number>>;
  /** Seats of those that are touched and not cancelled. */
  readonly seats: number;
  /** What would be given back, a sum for each currency. */
  readonly refunds: readonly MoneyJson[];
  /** What reservations and payments would publish before Stripe is asked. */
  readonly events: readonly EventCount[];
}

/**
 * What would happen to the reservations of these showtimes. `cancelled`, `moved`: as their cancellation runs would end them now. `end-changed`:
 * they stay, and end at another time. Locks nothing.
 */
export class EffectOnReservations extends Query<ReservationsEffect> {
  constructor(
    readonly showtimeIds: readonly string[],
    readonly change: 'cancelled' | 'moved' | 'end-changed',
  ) {
    super();
  }
}

export interface ReservationSummary {
  readonly id: string;
  /** Grows with every change of the reservation. */
  readonly version: number;
  readonly customerId: string;
  readonly showtimeId: string;
  readonly status: 'held' | 'confirmed' | 'cancelled' | 'expired' | 'completed';
  readonly code: string;
  readonly seats: readonly PricedSeat[];
  readonly total: MoneyJson;
  /** Paid after the hold had expired. */
  readonly late: boolean;
  /** ISO instants. The start is the one that the seats were reserved for. */
  readonly startsAt: string;
  readonly endsAt: string;
  readonly heldUntil: string;
}

/** The reservations of these ids in any order, ended ones included. Unknown ids are left out. */
export class ReservationsByIds extends Query<ReservationSummary[]> {
  constructor(readonly reservationIds: readonly string[]) {
    super();
  }
}

/** The ids of the customer's confirmed reservations whose showtime is not over. */
export class UpcomingReservations extends Query<string[]> {
  constructor(readonly customerId: string) {
    super();
  }
}

export interface EndingHoldView {
  readonly reservationId: string;
  readonly customerId: string;
  /** ISO instant. */
  readonly heldUntil: string;
}

/** The holds that end within a time. A page at a time, in the order (heldUntil, reservationId). */
export class HoldsEndingBetween extends Query<EndingHoldView[]> {
  constructor(
    /** The page begins after this position. */
    readonly after: { readonly heldUntil: string; readonly reservationId: string },
    readonly until: string,
    readonly limit: number,
  ) {
    super();
  }
}
