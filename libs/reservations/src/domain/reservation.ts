import {
  type CancelledBy,
  HoldExpired as HoldExpiredEvent,
  HoldExtended,
  PaymentCameTooLate,
  RefundDueRaised,
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
  ShowtimeCancelled,
  ShowtimeMoved,
  TooLateToCancel,
  TooManySeats,
} from './errors.js';
import { assertWithinLimits, MAX_SEATS } from './hold-limits.js';
import type { PaymentOutcome, ReceivedPayment } from './payment-outcome.js';
import type { EndReason, ReservationState, RunKind } from './reservation-state.js';
import type { Seating } from './seating.js';
import { type HoldSituation, reservedShowtime, type ReservedShowtime, type SalesStatus } from './situations.js';

export type RefundRule = 'full' | 'policy' | 'none';

export interface CancellationQuote {
  readonly cancellable: boolean;
  readonly refund: MoneyJson;
  readonly kept: MoneyJson;
  /** Until when the refund is valid; null where it cannot be cancelled, and where the showtime was cancelled or moved. */
  readonly until: Date | null;
}

const END_REASONS: Record<CancelledBy, EndReason> = {
  customer: 'cancelled-by-customer',
  admin: 'cancelled-by-admin',
  cinema: 'cancelled-by-cinema',
};

export class Reservation extends AggregateRoot<ReservationState> {
  /**
   * Every rule of a hold. Throws `TooManySeats`, `ShowtimeCancelled`, `ShowtimeStarted`, `NotOnSale`, `NoSuchSeat`, `SeatingOutdated`,
   * `TooManyHolds`, `TooManySeatsForShowtime`, `TooManyHoldsInAll` or `SeatsTaken`.
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
    assertWithinLimits(customerUsage, { seats: seats.length, policy });
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
      refundDue: null,
      refundOwedAt: null,
      refundReason: null,
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
  receivePayment(
    payment: ReceivedPayment,
    { seatsReclaimed, salesStatus, at }: { seatsReclaimed: boolean; salesStatus: SalesStatus; at: Date },
  ): PaymentOutcome {
    const { status, id } = this.state;
    const { paymentId, amount } = payment;
    if (status === 'held' && this.showtime(salesStatus) === 'on-sale') return this.confirm(paymentId, { late: false, at });
    if (status === 'expired' && seatsReclaimed) return this.confirm(paymentId, { late: true, at });
    if (status === 'confirmed' || status === 'completed') {
      this.record(new SurplusPaymentReceived({ reservationId: id, paymentId, amount }));
      return 'surplus';
    }
    this.record(new PaymentCameTooLate({ reservationId: id, paymentId, amount }));
    return 'too-late';
  }

  /**
   * Ends a held or confirmed reservation. Leaves a cancelled one as it is. Where the showtime was cancelled or moved, everything is owed.
   * Throws `HoldExpired`, `AlreadyCompleted`, and for a customer `TooLateToCancel` once the showtime has started.
   */
  cancel(request: { by: CancelledBy; refund: RefundRule; reason: string | null; salesStatus: SalesStatus; at: Date }): void {
    const { by, refund, reason, salesStatus, at } = request;
    const { status, startsAt } = this.state;
    if (status === 'cancelled') return;
    if (status === 'expired') throw new HoldExpired();
    if (status === 'completed') throw new AlreadyCompleted();
    const takesPlace = this.showtime(salesStatus) === 'on-sale';
    if (by === 'customer' && takesPlace && at >= startsAt) throw new TooLateToCancel();
    this.end({ by, refundDue: this.refundBy(takesPlace ? refund : 'full', at), reason, at });
  }

  /**
   * The cinema cancelled or moved the showtime: ends the reservation, a completed one too, and owes everything that was paid, also for one that
   * was cancelled already. A reservation that had ended before `movedAt` was not affected by the move and stays as it is.
   */
  endByCinema({ kind, movedAt, reason, at }: { kind: RunKind; movedAt: Date | null; reason: string | null; at: Date }): void {
    const { id, showtimeId, customerId, status, paymentId, total, currency, endedAt, refundDue } = this.state;
    if (kind === 'moved' && endedAt !== null && (movedAt === null || endedAt < movedAt)) return;
    if (status === 'held' || status === 'confirmed' || status === 'completed') {
      this.end({ by: 'cinema', refundDue: total, reason, at });
    } else if (status === 'cancelled' && paymentId !== null && refundDue !== null && refundDue < total) {
      const refundReason = `showtime-${kind}` as const;
      const due = { amount: total, currency };
      this.record(new RefundDueRaised({ reservationId: id, showtimeId, customerId, paymentId, refundDue: due, reason: refundReason }), {
        refundDue: total,
        refundOwedAt: at,
        refundReason,
      });
    }
  }

  /** What a cancellation by the customer would refund. `captured`: what was paid and is not refunded yet. */
  quote({ captured, salesStatus, at }: { captured: number; salesStatus: SalesStatus; at: Date }): CancellationQuote {
    const { status, currency, startsAt, refundUntil, heldUntil } = this.state;
    const takesPlace = this.showtime(salesStatus) === 'on-sale';
    const cancellable = (status === 'held' || status === 'confirmed') && (at < startsAt || !takesPlace);
    const refund = cancellable ? Math.min(this.refundBy(takesPlace ? 'policy' : 'full', at), captured) : 0;
    const until = status === 'held' ? heldUntil : at < refundUntil ? refundUntil : startsAt;
    return {
      cancellable,
      refund: { amount: refund, currency },
      kept: { amount: captured - refund, currency },
      until: cancellable && takesPlace ? until : null,
    };
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

  private showtime(salesStatus: SalesStatus): ReservedShowtime {
    return reservedShowtime(this.state.showtimeVersion, salesStatus);
  }

  private end({ by, refundDue, reason, at }: { by: CancelledBy; refundDue: number; reason: string | null; at: Date }): void {
    const { id, showtimeId, customerId, paymentId, currency } = this.state;
    const due = paymentId === null ? 0 : refundDue;
    this.record(
      new ReservationCancelled({
        reservationId: id,
        showtimeId,
        customerId,
        seats: this.labels,
        paymentId,
        refundDue: { amount: due, currency },
        by,
        reason,
      }),
      {
        status: 'cancelled',
        endedAt: at,
        endReason: END_REASONS[by],
        ...(paymentId === null ? {} : { refundDue: due, refundOwedAt: at, refundReason: 'reservation-cancelled' }),
      },
    );
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

function after(instant: Date, milliseconds: number): Date {
  return new Date(instant.getTime() + milliseconds);
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}
