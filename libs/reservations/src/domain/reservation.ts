import {
  type CancelledBy,
  HoldExpired as HoldExpiredEvent,
  HoldExtended,
  PaymentCameTooLate,
  ReservationCancelled,
  ReservationCompleted,
  ReservationConfirmed,
  SeatsHeld,
  SurplusPaymentReceived,
} from '@app/contracts/reservations.js';
import { AggregateRoot } from '@app/kernel/aggregate-root.js';
import { Money, type MoneyJson } from '@app/kernel/money.js';
import type { BookingPolicy } from './booking-policy.js';
import {
  AlreadyCompleted,
  AlreadyExtended,
  HoldExpired,
  NotHeld,
  SeatingOutdated,
  SeatsTaken,
  TooLateToCancel,
  TooManyHolds,
  TooManySeats,
  TooManySeatsForShowtime,
} from './errors.js';
import type { EndReason, ReservationState } from './reservation-state.js';
import type { Seating } from './seating.js';
import { type CustomerUsage, type HoldSituation, reservedShowtime, type SalesStatus } from './situations.js';

export type RefundRule = 'full' | 'policy' | 'none';

export interface ReceivedPayment {
  readonly paymentId: string;
  readonly amount: MoneyJson;
}

/** What a payment turned out to be for. */
export type PaymentOutcome = 'confirmed' | 'confirmed-late' | 'surplus' | 'too-late';

export interface CancellationQuote {
  readonly cancellable: boolean;
  readonly refund: MoneyJson;
  readonly kept: MoneyJson;
  /** Until when the refund is valid; null where the reservation cannot be cancelled. */
  readonly until: Date | null;
}

export const MAX_SEATS = 10;
export const MAX_LIVE_HOLDS = 3;
export const MAX_ACTIVE_SEATS = 10;

const END_REASONS: Record<CancelledBy, EndReason> = {
  customer: 'cancelled-by-customer',
  admin: 'cancelled-by-admin',
  cinema: 'cancelled-by-cinema',
};

export class Reservation extends AggregateRoot<ReservationState> {
  /**
   * Every rule of a hold. Throws `TooManySeats`, `ShowtimeCancelled`, `ShowtimeStarted`, `NotOnSale`, `NoSuchSeat`, `SeatingOutdated`,
   * `TooManyHolds`, `TooManySeatsForShowtime` or `SeatsTaken`.
   */
  static hold(request: {
    id: string;
    code: string;
    customerId: string;
    seats: readonly string[];
    seating: Seating;
    policy: BookingPolicy;
    situation: HoldSituation;
    now: Date;
  }): Reservation {
    const { id, code, customerId, seats: labels, seating, policy, now } = request;
    const { salesStatus, customerUsage, seatsTaken } = request.situation;
    const { showtime, startsAt, endsAt } = seating;

    if (labels.length > MAX_SEATS) throw new TooManySeats(MAX_SEATS);
    seating.assertOnSale(now);
    const seats = seating.priceSeats(labels);
    if (reservedShowtime(showtime.version, salesStatus) !== 'on-sale') throw new SeatingOutdated();
    assertWithinLimits(customerUsage, seats.length);
    if (seatsTaken.labels.length > 0) throw new SeatsTaken(seatsTaken);

    const prices = seats.map(({ price }) => price);
    const total = Money.sum(prices, showtime.currency);
    const heldUntil = earlier(after(now, policy.holdMs), startsAt);
    const reservation = new Reservation({
      id,
      version: 0,
      code,
      customerId,
      showtimeId: showtime.id,
      showtimeVersion: showtime.version,
      status: 'held',
      seats,
      total: total.amount,
      currency: total.currency,
      startsAt,
      endsAt,
      heldUntil,
      extended: false,
      refundUntil: after(startsAt, -policy.refundUntilBeforeStartMs),
      paymentId: null,
      late: false,
      createdAt: now,
      confirmedAt: null,
      endedAt: null,
      endReason: null,
    });
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

  /** Whether an expired reservation may have its seats again, if all of them are free. */
  canBeRevived({ salesStatus, at }: { salesStatus: SalesStatus; at: Date }): boolean {
    const { status, startsAt, showtimeVersion } = this.state;
    return status === 'expired' && at < startsAt && reservedShowtime(showtimeVersion, salesStatus) === 'on-sale';
  }

  /** Throws `HoldExpired`, `NotHeld` or `AlreadyExtended`. */
  extend({ policy, at }: { policy: BookingPolicy; at: Date }): void {
    const { id, status, heldUntil, startsAt, extended } = this.state;
    if (status === 'expired') throw new HoldExpired();
    if (status !== 'held') throw new NotHeld(status);
    if (at >= heldUntil) throw new HoldExpired();
    const longer = earlier(after(heldUntil, policy.extensionMs), startsAt);
    if (extended || longer <= heldUntil) throw new AlreadyExtended();
    this.record(new HoldExtended({ reservationId: id, heldUntil: longer.toISOString() }), { heldUntil: longer, extended: true });
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

  /** Decides what a payment is for. A payment that goes back is an event, not an error. */
  receivePayment(payment: ReceivedPayment, { seatsReclaimed, at }: { seatsReclaimed: boolean; at: Date }): PaymentOutcome {
    const { status, id } = this.state;
    const { paymentId, amount } = payment;
    if (status === 'held') return this.confirm(paymentId, { late: false, at });
    if (status === 'expired' && seatsReclaimed) return this.confirm(paymentId, { late: true, at });
    if (status === 'confirmed' || status === 'completed') {
      this.record(new SurplusPaymentReceived({ reservationId: id, paymentId, amount }));
      return 'surplus';
    }
    this.record(new PaymentCameTooLate({ reservationId: id, paymentId, amount }));
    return 'too-late';
  }

  /**
   * Ends a held or confirmed reservation. Leaves a cancelled one as it is.
   * Throws `HoldExpired`, `AlreadyCompleted`, and for a customer `TooLateToCancel` once the showtime has started.
   */
  cancel({ by, refund, reason, at }: { by: CancelledBy; refund: RefundRule; reason: string | null; at: Date }): void {
    const { status, id, showtimeId, customerId, paymentId, startsAt, currency } = this.state;
    if (status === 'cancelled') return;
    if (status === 'expired') throw new HoldExpired();
    if (status === 'completed') throw new AlreadyCompleted();
    if (by === 'customer' && at >= startsAt) throw new TooLateToCancel();
    this.record(
      new ReservationCancelled({
        reservationId: id,
        showtimeId,
        customerId,
        seats: this.labels,
        paymentId,
        refundDue: { amount: this.refundBy(refund, at), currency },
        by,
        reason,
      }),
      { status: 'cancelled', endedAt: at, endReason: END_REASONS[by] },
    );
  }

  /** Ends a live reservation and refunds everything. Leaves an ended one as it is. */
  cancelByCinema({ reason, at }: { reason: string | null; at: Date }): void {
    const { status } = this.state;
    if (status === 'held' || status === 'confirmed') this.cancel({ by: 'cinema', refund: 'full', reason, at });
  }

  /** What a cancellation by the customer would refund. */
  quote(at: Date): CancellationQuote {
    const { status, total, currency, startsAt, refundUntil, heldUntil } = this.state;
    const cancellable = (status === 'held' || status === 'confirmed') && at < startsAt;
    const paid = status === 'confirmed' ? total : 0;
    const refund = cancellable ? this.refundBy('policy', at) : 0;
    const until = !cancellable ? null : status === 'held' ? heldUntil : at < refundUntil ? refundUntil : startsAt;
    return { cancellable, refund: { amount: refund, currency }, kept: { amount: paid - refund, currency }, until };
  }

  /** Ends a confirmed reservation some time after its showtime. Leaves anything else as it is. */
  complete({ policy, at }: { policy: BookingPolicy; at: Date }): void {
    const { status, endsAt, id, showtimeId, customerId } = this.state;
    if (status !== 'confirmed' || at < after(endsAt, policy.completeAfterEndMs)) return;
    this.record(new ReservationCompleted({ reservationId: id, showtimeId, customerId }), {
      status: 'completed',
      endedAt: at,
      endReason: 'show-over',
    });
  }

  private confirm(paymentId: string, { late, at }: { late: boolean; at: Date }): PaymentOutcome {
    const { id, showtimeId, customerId, code, seats, total, currency } = this.state;
    this.record(
      new ReservationConfirmed({
        reservationId: id,
        showtimeId,
        customerId,
        paymentId,
        code,
        seats,
        total: { amount: total, currency },
        late,
      }),
      { status: 'confirmed', paymentId, late, confirmedAt: at, endedAt: null, endReason: null },
    );
    return late ? 'confirmed-late' : 'confirmed';
  }

  /** Nothing was paid for a hold. */
  private refundBy(rule: RefundRule, at: Date): number {
    const { status, total, refundUntil } = this.state;
    if (status === 'held' || rule === 'none') return 0;
    return rule === 'full' || at < refundUntil ? total : 0;
  }
}

/** Throws `TooManyHolds` or `TooManySeatsForShowtime`. */
function assertWithinLimits({ liveHolds, activeSeats, blockedByExpiredHold }: CustomerUsage, seats: number): void {
  if (liveHolds + 1 > MAX_LIVE_HOLDS) throw new TooManyHolds({ limit: MAX_LIVE_HOLDS, blockedByExpiredHold });
  if (activeSeats + seats > MAX_ACTIVE_SEATS) throw new TooManySeatsForShowtime({ limit: MAX_ACTIVE_SEATS, blockedByExpiredHold });
}

function after(instant: Date, milliseconds: number): Date {
  return new Date(instant.getTime() + milliseconds);
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}
