import {
  HoldExpired as HoldExpiredEvent,
  HoldExtended,
  ReservationCompleted,
  SeatsChanged,
  SeatsHeld,
} from '@app/contracts/reservations.js';
import { AggregateRoot } from '@app/kernel/aggregate-root.js';
import { Money } from '@app/kernel/money.js';
import type { BookingPolicy } from './booking-policy.js';
import {
  cancel,
  type Cancellation,
  type CancellationQuote,
  endByCinema,
  type EndByCinema,
  endForErasedCustomer,
  endHoldOfDeactivatedCustomer,
  quoteCancellation,
} from './cancellation.js';
import { admit, assertNotAdmitted, type CheckIn, markNoShow } from './check-in.js';
import { recordDispute } from './dispute.js';
import {
  AlreadyExtended,
  ChangeNotRefundable,
  HoldExpired,
  NotHeld,
  SeatingOutdated,
  SeatsDearer,
  SeatsNotChangeable,
  SeatsTaken,
  ShowtimeCancelled,
  ShowtimeMoved,
  TooManySeats,
} from './errors.js';
import { assertSeatsWithinLimit, assertWithinLimits, MAX_SEATS } from './hold-limits.js';
import type { PaymentOutcome, ReceivedPayment } from './payment-outcome.js';
import { newHoldState, type RecordedDispute, type ReservationChange, type ReservationState } from './reservation-state.js';
import type { Seating } from './seating.js';
import { oweExcess, settle } from './settlement.js';
import { showtimeSinceHold, type ShowtimeSinceHold, type SalesStatus } from './sales-status.js';
import type { HoldSituation, SettlementSituation } from './situations.js';
import { addMs, earlierOf } from '@app/kernel/instants.js';

/** Money that arrives, cancellations, the check-in and disputes have a file each, of functions that say what changes. */
export class Reservation extends AggregateRoot<ReservationState> {
  /**
   * Every rule of a hold. Throws `TooManySeats`, `ShowtimeCancelled`, `ShowtimeStarted`, `NotOnSale`, `NoSuchSeat`, `SeatingOutdated`,
   * `TooManyHolds`, `TooManySeatsForShowtime`, `TooManyHoldsInAll`, `UnpaidHoldsTooLong` or `SeatsTaken`.
   */
  static hold(request: {
    id: string;
    code: string;
    customerId: string;
    seats: readonly string[];
    seating: Seating;
    policy: BookingPolicy;
    situation: HoldSituation;
    /** By somebody who sells: the limits of one customer do not apply. */
    isSale?: boolean;
    now: Date;
  }): Reservation {
    const { id, code, customerId, seats: labels, seating, policy, isSale = false, now } = request;
    const { salesStatus, customerUsage, seatsTaken } = request.situation;
    const { showtime, startsAt, endsAt } = seating;

    if (labels.length > MAX_SEATS) throw new TooManySeats(MAX_SEATS);
    seating.assertOnSale(now);
    const seats = seating.priceSeats(labels);
    if (showtimeSinceHold(showtime.version, salesStatus) !== 'on-sale') throw new SeatingOutdated();
    if (!isSale) assertWithinLimits(customerUsage, { seats: seats.length, policy });
    if (seatsTaken.labels.length > 0) throw new SeatsTaken(seatsTaken);

    const prices = seats.map(({ price }) => price);
    const total = Money.sum(prices, showtime.currency);
    const heldUntil = earlierOf(addMs(now, policy.holdMs), startsAt);
    const reservation = new Reservation(
      newHoldState({
        ...{ id, code, customerId, seats, heldUntil, startsAt, endsAt },
        showtimeId: showtime.id,
        showtimeVersion: showtime.version,
        total: total.amount,
        currency: total.currency,
        refundUntil: addMs(startsAt, -policy.refundUntilBeforeStartMs),
        createdAt: now,
      }),
    );
    reservation.record(
      new SeatsHeld({
        reservationId: id,
        showtimeId: showtime.id,
        customerId,
        seats,
        total: total.toJSON(),
        heldUntil: heldUntil.toISOString(),
      }),
    );
    return reservation;
  }

  get labels(): string[] {
    return this.state.seats.map(({ label }) => label);
  }

  /** Labels of the seats that must be claimed by it: none once it has ended without its showtime. */
  get ownedLabels(): string[] {
    const { status } = this.state;
    return status === 'expired' || status === 'cancelled' ? [] : this.labels;
  }

  /** Whether an expired reservation may have its seats again, if all of them are free. */
  canBeRevived({ salesStatus, at }: { salesStatus: SalesStatus; at: Date }): boolean {
    return this.state.status === 'expired' && at < this.state.startsAt && this.showtime(salesStatus) === 'on-sale';
  }

  /** Throws `HoldExpired`, `NotHeld`, `ShowtimeCancelled`, `ShowtimeMoved` or `AlreadyExtended`. */
  extend({ policy, salesStatus, at }: { policy: BookingPolicy; salesStatus: SalesStatus; at: Date }): void {
    const { id, status, heldUntil, startsAt, extended } = this.state;
    if (status === 'expired') throw new HoldExpired();
    if (status !== 'held') throw new NotHeld(status);
    if (at >= heldUntil) throw new HoldExpired();
    const showtime = this.showtime(salesStatus);
    if (showtime === 'cancelled') throw new ShowtimeCancelled();
    if (showtime === 'moved') throw new ShowtimeMoved();
    const longer = earlierOf(addMs(heldUntil, policy.extensionMs), startsAt);
    if (extended || longer <= heldUntil) throw new AlreadyExtended();
    this.record(new HoldExtended({ reservationId: id, heldUntil: longer.toISOString() }), { heldUntil: longer, extended: true });
  }

  /**
   * Other seats of the same showtime, for the same price or less. Seats that are kept keep their price. The seats that it has already change nothing.
   * Throws `HoldExpired`, `SeatsNotChangeable`, `AlreadyAdmitted`, `TooManySeats`, `ShowtimeCancelled`, `ShowtimeMoved`, `ShowtimeStarted`, `NotOnSale`, `NoSuchSeat`,
   * `SeatingOutdated`, `TooManySeatsForShowtime`, `SeatsDearer`, `ChangeNotRefundable` or `SeatsTaken`.
   */
  changeSeats(request: { seats: readonly string[]; seating: Seating; situation: HoldSituation; isSale?: boolean; at: Date }): void {
    const { seats: labels, seating, isSale = false, at } = request;
    const { salesStatus, customerUsage, seatsTaken } = request.situation;
    const { id, status, showtimeId, customerId, heldUntil, refundUntil, currency } = this.state;
    if (status === 'expired') throw new HoldExpired();
    if (status !== 'held' && status !== 'confirmed') throw new SeatsNotChangeable(status);
    assertNotAdmitted(this.state);
    const before = new Map(this.state.seats.map((seat) => [seat.label, seat]));
    if (labels.length === before.size && labels.every((label) => before.has(label))) return;
    if (status === 'held' && at >= heldUntil) throw new HoldExpired();
    if (labels.length > MAX_SEATS) throw new TooManySeats(MAX_SEATS);
    const showtime = this.showtime(salesStatus);
    if (showtime === 'cancelled') throw new ShowtimeCancelled();
    if (showtime === 'moved') throw new ShowtimeMoved();
    seating.assertOnSale(at);
    const seats = seating.priceSeats(labels).map((seat) => before.get(seat.label) ?? seat);
    if (showtimeSinceHold(seating.showtime.version, salesStatus) !== 'on-sale') throw new SeatingOutdated();
    if (!isSale) assertSeatsWithinLimit(customerUsage, seats.length);
    const prices = seats.map(({ price }) => price);
    const total = Money.sum(prices, currency);
    const excess = this.state.total - total.amount;
    if (excess < 0) throw new SeatsDearer({ currentTotal: { amount: this.state.total, currency }, newTotal: total.toJSON() });
    if (excess > 0 && status === 'confirmed' && at >= refundUntil) throw new ChangeNotRefundable(refundUntil.toISOString());
    if (seatsTaken.labels.length > 0) throw new SeatsTaken(seatsTaken);

    const freed = this.labels.filter((label) => !labels.includes(label));
    const event = new SeatsChanged({ reservationId: id, showtimeId, customerId, status, seats, freed, total: total.toJSON() });
    this.record(event, { seats, total: total.amount });
    if (status === 'confirmed') this.apply(oweExcess(this.state, excess, at));
  }

  /** Ends a hold whose time has ended. Leaves anything else as it is. */
  expire(at: Date): void {
    const { status, heldUntil, id, showtimeId, customerId } = this.state;
    if (status !== 'held' || at < heldUntil) return;
    this.record(new HoldExpiredEvent({ reservationId: id, showtimeId, customerId, seats: this.labels }), {
      status: 'expired',
      endedAt: at,
      endReason: 'unpaid',
    });
  }

  /** Ends a confirmed reservation some time after its showtime, if that took place. Leaves anything else as it is. */
  complete({ policy, salesStatus, at }: { policy: BookingPolicy; salesStatus: SalesStatus; at: Date }): void {
    const { status, endsAt, id, showtimeId, customerId } = this.state;
    if (status !== 'confirmed' || at < addMs(endsAt, policy.completeAfterEndMs) || this.showtime(salesStatus) !== 'on-sale') return;
    this.record(new ReservationCompleted({ reservationId: id, showtimeId, customerId }), {
      status: 'completed',
      endedAt: at,
      endReason: 'show-over',
    });
  }

  /**
   * Decides what a payment is for. A payment that goes back is an event, not an error.
   * `seatsReclaimed`: it had expired, and has all its seats again.
   */
  receivePayment(payment: ReceivedPayment, situation: SettlementSituation & { at: Date }): PaymentOutcome {
    const { outcome, changes } = settle(this.state, payment, situation);
    this.apply(changes);
    return outcome;
  }

  /**
   * Ends a held or confirmed reservation. Leaves a cancelled one as it is. Where the showtime was cancelled or moved, everything is owed.
   * Throws `HoldExpired`, `AlreadyCompleted`, `MoreWouldBeKept`, and for a customer `TooLateToCancel` once the showtime has started, `AlreadyAdmitted`
   * once let in.
   */
  cancel(request: Cancellation): void {
    this.apply(cancel(this.state, request));
  }

  /**
   * The cinema cancelled or moved the showtime: ends the reservation, a completed one too, and owes everything that was paid, also for one that
   * was cancelled already. A reservation that had ended before `movedAt` was not affected by the move and stays as it is.
   */
  endByCinema(request: EndByCinema): void {
    this.apply(endByCinema(this.state, request));
  }

  /**
   * The person was erased, so nobody can use a ticket: ends a hold, and gives everything back for a showtime that has not started. Leaves anything
   * else as it is.
   */
  endForErasedCustomer(at: Date): void {
    this.apply(endForErasedCustomer(this.state, at));
  }

  /** Ends a hold: nobody can pay for it any more. Leaves anything else as it is. */
  endHoldOfDeactivatedCustomer(at: Date): void {
    this.apply(endHoldOfDeactivatedCustomer(this.state, at));
  }

  /** What a cancellation by the customer would refund. `captured`: what was paid and does not go back already. */
  quote(situation: { captured: number; salesStatus: SalesStatus; at: Date }): CancellationQuote {
    return quoteCancellation(this.state, situation);
  }

  /**
   * Lets the customer in, once, from some time before the start until the end. Throws `NotConfirmed`, `AlreadyAdmitted`, `ShowtimeCancelled`,
   * `ShowtimeMoved`, `CheckInNotOpen` or `CheckInClosed`.
   */
  admit(request: CheckIn): void {
    this.apply(admit(this.state, request));
  }

  /** The showtime took place and the customer was not let in. Leaves anything else as it is. Throws `ShowtimeNotOver`. */
  markNoShow(situation: { salesStatus: SalesStatus; at: Date }): void {
    this.apply(markNoShow(this.state, situation));
  }

  /** The latest news of the payment holds, in any order: a dispute can be decided anew. What is owed stays as it is. */
  recordDispute(news: Required<RecordedDispute>): void {
    this.apply(recordDispute(this.state, news));
  }

  private showtime(salesStatus: SalesStatus): ShowtimeSinceHold {
    return showtimeSinceHold(this.state.showtimeVersion, salesStatus);
  }

  private apply(changes: readonly ReservationChange[]): void {
    for (const { event, changes: changed } of changes) this.record(event, changed);
  }
}
