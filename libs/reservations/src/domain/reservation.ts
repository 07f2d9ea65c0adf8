import {
  CustomerAdmitted,
  HoldExpired as HoldExpiredEvent,
  HoldExtended,
  NoShowRecorded,
  ReservationCompleted,
  SeatsChanged,
  SeatsHeld,
} from '@app/contracts/reservations.js';
import { Money } from '@app/kernel/money.js';
import type { BookingPolicy } from './booking-policy.js';
import {
  AlreadyAdmitted,
  AlreadyExtended,
  ChangeNotRefundable,
  CheckInClosed,
  CheckInNotOpen,
  HoldExpired,
  NotConfirmed,
  NotHeld,
  SeatingOutdated,
  SeatsDearer,
  SeatsNotChangeable,
  SeatsTaken,
  ShowtimeCancelled,
  ShowtimeMoved,
  ShowtimeNotOver,
  TooManySeats,
} from './errors.js';
import { assertSeatsWithinLimit, assertWithinLimits, MAX_SEATS } from './hold-limits.js';
import { PaidReservation } from './paid-reservation.js';
import { newHoldState } from './reservation-state.js';
import type { Seating } from './seating.js';
import { type HoldSituation, reservedShowtime, type SalesStatus } from './situations.js';
import { after, earlier } from './times.js';

export class Reservation extends PaidReservation {
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
    if (reservedShowtime(showtime.version, salesStatus) !== 'on-sale') throw new SeatingOutdated();
    if (!isSale) assertWithinLimits(customerUsage, { seats: seats.length, policy });
    if (seatsTaken.labels.length > 0) throw new SeatsTaken(seatsTaken);

    const prices = seats.map(({ price }) => price);
    const total = Money.sum(prices, showtime.currency);
    const heldUntil = earlier(after(now, policy.holdMs), startsAt);
    const reservation = new Reservation(
      newHoldState({
        ...{ id, code, customerId, seats, heldUntil, startsAt, endsAt },
        showtimeId: showtime.id,
        showtimeVersion: showtime.version,
        total: total.amount,
        currency: total.currency,
        refundUntil: after(startsAt, -policy.refundUntilBeforeStartMs),
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
    const longer = earlier(after(heldUntil, policy.extensionMs), startsAt);
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
    this.assertNotAdmitted();
    const before = new Map(this.state.seats.map((seat) => [seat.label, seat]));
    if (labels.length === before.size && labels.every((label) => before.has(label))) return;
    if (status === 'held' && at >= heldUntil) throw new HoldExpired();
    if (labels.length > MAX_SEATS) throw new TooManySeats(MAX_SEATS);
    const showtime = this.showtime(salesStatus);
    if (showtime === 'cancelled') throw new ShowtimeCancelled();
    if (showtime === 'moved') throw new ShowtimeMoved();
    seating.assertOnSale(at);
    const seats = seating.priceSeats(labels).map((seat) => before.get(seat.label) ?? seat);
    if (reservedShowtime(seating.showtime.version, salesStatus) !== 'on-sale') throw new SeatingOutdated();
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
    if (status === 'confirmed') this.oweExcess(excess, at);
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
    if (status !== 'confirmed' || at < after(endsAt, policy.completeAfterEndMs) || this.showtime(salesStatus) !== 'on-sale') return;
    this.record(new ReservationCompleted({ reservationId: id, showtimeId, customerId }), {
      status: 'completed',
      endedAt: at,
      endReason: 'show-over',
    });
  }

  /**
   * Lets the customer in, once, from some time before the start until the end. Throws `NotConfirmed`, `AlreadyAdmitted`, `ShowtimeCancelled`,
   * `ShowtimeMoved`, `CheckInNotOpen` or `CheckInClosed`.
   */
  admit({ by, policy, salesStatus, at }: { by: string; policy: BookingPolicy; salesStatus: SalesStatus; at: Date }): void {
    const { id, status, showtimeId, customerId, startsAt, endsAt, admittedAt, admittedBy } = this.state;
    if (status !== 'confirmed' && status !== 'completed') throw new NotConfirmed(status);
    if (admittedAt !== null && admittedBy !== null) throw new AlreadyAdmitted({ admittedAt: admittedAt.toISOString(), admittedBy });
    const showtime = this.showtime(salesStatus);
    if (showtime === 'cancelled') throw new ShowtimeCancelled();
    if (showtime === 'moved') throw new ShowtimeMoved();
    const opensAt = after(startsAt, -policy.admitBeforeStartMs);
    if (at < opensAt) throw new CheckInNotOpen(opensAt.toISOString());
    if (status === 'completed' || at >= endsAt) throw new CheckInClosed(endsAt.toISOString());
    const event = new CustomerAdmitted({ reservationId: id, showtimeId, customerId, admittedBy: by });
    this.record(event, { admittedAt: at, admittedBy: by });
  }

  /** The showtime took place and the customer was not let in. Leaves anything else as it is. Throws `ShowtimeNotOver`. */
  markNoShow({ salesStatus, at }: { salesStatus: SalesStatus; at: Date }): void {
    const { id, status, showtimeId, customerId, endsAt, admittedAt, noShow } = this.state;
    const isTicket = status === 'confirmed' || status === 'completed';
    if (!isTicket || admittedAt !== null || noShow || this.showtime(salesStatus) !== 'on-sale') return;
    if (at < endsAt) throw new ShowtimeNotOver(endsAt.toISOString());
    this.record(new NoShowRecorded({ reservationId: id, showtimeId, customerId }), { noShow: true });
  }
}
