import {
  type CancelledBy,
  HoldExpired as HoldExpiredEvent,
  HoldExtended,
  PaymentCameTooLate,
  ReservationCancelled,
  ReservationCompleted,
  ReservationConfirmed,
  type PricedSeat,
  SeatsHeld,
  SurplusPaymentReceived,
} from '@app/contracts/reservations.js';
import { AggregateRoot } from '@app/kernel/aggregate-root.js';
import { Money, type MoneyJson } from '@app/kernel/money.js';
import {
  AlreadyCompleted,
  AlreadyExtended,
  HoldExpired,
  NotHeld,
  TooLateToCancel,
  TooManyHolds,
  TooManySeats,
  TooManySeatsForShowtime,
} from './errors.js';
import type { BookingPolicy } from './booking-policy.js';
import type { Seating } from './seating.js';

export type ReservationStatus = 'held' | 'confirmed' | 'cancelled' | 'expired' | 'completed';
export type EndReason = 'unpaid' | 'cancelled-by-customer' | 'cancelled-by-admin' | 'cancelled-by-cinema' | 'show-over';
export type RefundRule = 'full' | 'policy' | 'none';

export interface ReservationState {
  readonly id: string;
  readonly version: number;
  readonly code: string;
  readonly customerId: string;
  readonly showtimeId: string;
  /** The terms the customer booked under. */
  readonly showtimeVersion: number;
  readonly status: ReservationStatus;
  readonly seats: readonly PricedSeat[];
  readonly total: number;
  readonly currency: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly heldUntil: Date;
  readonly extended: boolean;
  /** The cancellation policy, snapshotted: everything goes back until then, nothing after. */
  readonly refundUntil: Date;
  readonly paymentId: string | null;
  /** Confirmed by money that came after the hold's end. */
  readonly late: boolean;
  readonly createdAt: Date;
  readonly confirmedAt: Date | null;
  readonly endedAt: Date | null;
  readonly endReason: EndReason | null;
}

/** What a customer already has for a showtime, seen under the customer's lock. */
export interface CustomerUsage {
  readonly liveHolds: number;
  readonly activeSeats: number;
  /** Some of the live holds are past their time. */
  readonly blockedByExpiredHold: boolean;
}

/** Whether reservations lets anybody hold seats of a showtime, and from which version of its terms. */
export interface SalesStatus {
  readonly closed: boolean;
  readonly version: number;
}

export interface ReceivedPayment {
  readonly paymentId: string;
  readonly amount: MoneyJson;
}

/** What was decided about a payment. */
export type PaymentOutcome = 'confirmed' | 'confirmed-late' | 'surplus' | 'too-late';

export interface CancellationQuote {
  readonly cancellable: boolean;
  readonly refund: MoneyJson;
  readonly kept: MoneyJson;
  /** Until when the refund stands; null when nothing can be cancelled any more. */
  readonly until: Date | null;
}

const MOST_SEATS = 10;
const MOST_LIVE_HOLDS = 3;
const MOST_ACTIVE_SEATS = 10;

const END_REASONS: Record<CancelledBy, EndReason> = {
  customer: 'cancelled-by-customer',
  admin: 'cancelled-by-admin',
  cinema: 'cancelled-by-cinema',
};

export class Reservation extends AggregateRoot<ReservationState> {
  /** Throws `TooManySeats`, `NoSuchSeat`, `ShowtimeStarted`, `ShowtimeIsCancelled` or `NotOnSaleYet`. */
  static hold(request: {
    id: string;
    code: string;
    customerId: string;
    seating: Seating;
    seats: readonly string[];
    terms: BookingPolicy;
    now: Date;
  }): Reservation {
    const { id, code, customerId, seating, seats: labels, terms, now } = request;
    if (labels.length > MOST_SEATS) throw new TooManySeats(MOST_SEATS);
    seating.assertOnSale(now);
    const seats = seating.priceSeats(labels);
    const { startsAt, endsAt, showtime } = seating;
    const total = Money.sum(
      seats.map((seat) => seat.price),
      showtime.currency,
    );
    const heldUntil = earlier(after(now, terms.holdMs), startsAt);
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
      refundUntil: after(startsAt, -terms.refundUntilBeforeStartMs),
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

  /** Throws `TooManyHolds` or `TooManySeatsForShowtime` when this hold would come on top of too much. */
  assertWithinLimits(standing: CustomerUsage): void {
    if (standing.liveHolds + 1 > MOST_LIVE_HOLDS) throw new TooManyHolds(MOST_LIVE_HOLDS, standing.blockedByExpiredHold);
    if (standing.activeSeats + this.state.seats.length > MOST_ACTIVE_SEATS) {
      throw new TooManySeatsForShowtime(MOST_ACTIVE_SEATS, standing.blockedByExpiredHold);
    }
  }

  /** Made on terms that still stand, for a showtime that is still sold. */
  isOnTermsOf(sales: SalesStatus): boolean {
    return !sales.closed && this.state.showtimeVersion >= sales.version;
  }

  /** Late money may try these seats again. */
  canBeRevived(sales: SalesStatus, now: Date): boolean {
    return this.state.status === 'expired' && now < this.state.startsAt && this.isOnTermsOf(sales);
  }

  /** Throws `HoldIsOver`, `NotHeldAnyMore` or `AlreadyExtended`. */
  extend(terms: BookingPolicy, now: Date): void {
    this.assertHeld();
    const { heldUntil, startsAt, extended, id } = this.state;
    if (now >= heldUntil) throw new HoldExpired();
    const longer = earlier(after(heldUntil, terms.extensionMs), startsAt);
    if (extended || longer <= heldUntil) throw new AlreadyExtended();
    this.record(new HoldExtended({ reservationId: id, heldUntil: longer.toISOString() }), { heldUntil: longer, extended: true });
  }

  /** Ends a hold past its time; anything else is left alone. */
  expire(now: Date): void {
    const { status, heldUntil, id, showtimeId, customerId } = this.state;
    if (status !== 'held' || now < heldUntil) return;
    this.record(new HoldExpiredEvent({ reservationId: id, showtimeId, customerId, seats: this.labels }), {
      status: 'expired',
      endedAt: now,
      endReason: 'unpaid',
    });
  }

  /** Settles money that arrived. `seatsBack`: an expired reservation got all its seats again. A refusal is an event, not an exception. */
  receivePayment(payment: ReceivedPayment, seatsBack: boolean, at: Date): PaymentOutcome {
    const { status, id } = this.state;
    if (status === 'held') return this.confirm(payment, false, at);
    if (status === 'expired' && seatsBack) return this.confirm(payment, true, at);
    if (status === 'confirmed' || status === 'completed') {
      this.record(new SurplusPaymentReceived({ reservationId: id, paymentId: payment.paymentId, amount: payment.amount }));
      return 'surplus';
    }
    this.record(new PaymentCameTooLate({ reservationId: id, paymentId: payment.paymentId, amount: payment.amount }));
    return 'too-late';
  }

  /**
   * Ends a held or confirmed reservation; one that is cancelled already stays as it is.
   * Throws `HoldIsOver` for an expired one, `AlreadyCompleted`, and for a customer `TooLateToCancel` once the show has begun.
   */
  cancel(by: CancelledBy, rule: RefundRule, reason: string | null, now: Date): void {
    const { status, id, showtimeId, customerId, paymentId, startsAt, total, currency } = this.state;
    if (status === 'cancelled') return;
    if (status === 'expired') throw new HoldExpired();
    if (status === 'completed') throw new AlreadyCompleted();
    if (by === 'customer' && now >= startsAt) throw new TooLateToCancel();
    const refund = status === 'held' ? 0 : rule === 'full' ? total : rule === 'none' ? 0 : this.refundAt(now);
    this.record(
      new ReservationCancelled({
        reservationId: id,
        showtimeId,
        customerId,
        seats: this.labels,
        paymentId,
        refundDue: { amount: refund, currency },
        by,
        reason,
      }),
      { status: 'cancelled', endedAt: now, endReason: END_REASONS[by] },
    );
  }

  /** The cinema takes the show back: everything paid is due. What has ended already is left alone. */
  cancelByCinema(reason: string | null, now: Date): void {
    if (this.state.status === 'held' || this.state.status === 'confirmed') this.cancel('cinema', 'full', reason, now);
  }

  /** What cancelling now would give back. */
  quote(now: Date): CancellationQuote {
    const { status, total, currency, startsAt, refundUntil, heldUntil } = this.state;
    const cancellable = (status === 'held' || status === 'confirmed') && now < startsAt;
    const paid = status === 'confirmed' ? total : 0;
    const refund = cancellable && status === 'confirmed' ? this.refundAt(now) : 0;
    const until = !cancellable ? null : status === 'held' ? heldUntil : now < refundUntil ? refundUntil : startsAt;
    return { cancellable, refund: { amount: refund, currency }, kept: { amount: paid - refund, currency }, until };
  }

  /** Closes a confirmed reservation some time after its show has ended; anything else is left alone. */
  complete(terms: BookingPolicy, now: Date): void {
    const { status, endsAt, id, showtimeId, customerId } = this.state;
    if (status !== 'confirmed' || now < after(endsAt, terms.completeAfterEndMs)) return;
    this.record(new ReservationCompleted({ reservationId: id, showtimeId, customerId }), {
      status: 'completed',
      endedAt: now,
      endReason: 'show-over',
    });
  }

  get labels(): string[] {
    return this.state.seats.map((seat) => seat.label);
  }

  private confirm(payment: ReceivedPayment, late: boolean, at: Date): PaymentOutcome {
    const { id, showtimeId, customerId, code, seats, total, currency } = this.state;
    this.record(
      new ReservationConfirmed({
        reservationId: id,
        showtimeId,
        customerId,
        paymentId: payment.paymentId,
        code,
        seats,
        total: { amount: total, currency },
        late,
      }),
      { status: 'confirmed', paymentId: payment.paymentId, late, confirmedAt: at, endedAt: null, endReason: null },
    );
    return late ? 'confirmed-late' : 'confirmed';
  }

  private assertHeld(): void {
    if (this.state.status === 'expired') throw new HoldExpired();
    if (this.state.status !== 'held') throw new NotHeld(this.state.status);
  }

  private refundAt(now: Date): number {
    return now < this.state.refundUntil ? this.state.total : 0;
  }
}

function after(instant: Date, milliseconds: number): Date {
  return new Date(instant.getTime() + milliseconds);
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}
