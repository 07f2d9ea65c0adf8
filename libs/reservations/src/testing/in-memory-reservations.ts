import type { DomainEvent } from '@app/kernel/domain-event.js';
import { BookingCodeTaken, ReservationNotFound, SeatingOutdated, SeatsTaken } from '../domain/errors.js';
import { type PaymentOutcome, Reservation, type ReservationState, type SalesStatus } from '../domain/reservation.js';
import { type HoldFilter, Reservations } from '../domain/reservations.js';

const OPEN: SalesStatus = { closed: false, version: 0 };

export class InMemoryReservations extends Reservations {
  readonly all = new Map<string, ReservationState>();
  /** Showtime and seat to reservation. */
  readonly claims = new Map<string, string>();
  readonly salesStatuses = new Map<string, SalesStatus>();
  readonly outcomes = new Map<string, PaymentOutcome>();
  readonly events: { readonly id: string; readonly event: DomainEvent }[] = [];
  /** Reservations somebody else is changing right now. */
  readonly busy = new Set<string>();

  add(reservation: Reservation): Promise<void> {
    return this.atomically(() => {
      const { state, labels } = reservation;
      const { showtimeId, customerId, createdAt, code } = state;
      const isDue = (other: ReservationState): boolean => other.status === 'held' && other.heldUntil <= createdAt;
      if (!reservation.isOnTermsOf(this.salesStatusOf(showtimeId))) throw new SeatingOutdated();
      const mine = this.live().filter((other) => other.customerId === customerId && other.showtimeId === showtimeId);
      reservation.assertWithinLimits({
        liveHolds: mine.filter(({ status }) => status === 'held').length,
        activeSeats: mine.reduce((sum, { seats }) => sum + seats.length, 0),
        blockedByExpiredHold: mine.some(isDue),
      });
      const taken = labels.filter((label) => this.claims.has(claimOf(showtimeId, label)));
      if (taken.length > 0) {
        throw new SeatsTaken(
          taken,
          taken.some((label) => isDue(this.get(this.claims.get(claimOf(showtimeId, label))!))),
        );
      }
      if ([...this.all.values()].some((other) => other.code === code)) throw new BookingCodeTaken();
      this.claim(state);
      this.store(reservation);
    });
  }

  change<T>(id: string, decide: (reservation: Reservation) => T): Promise<T> {
    return this.atomically(() => this.decide(this.get(id), decide));
  }

  changeOwn<T>(customerId: string, id: string, decide: (reservation: Reservation) => T): Promise<T> {
    return this.atomically(() => {
      const state = this.get(id);
      if (state.customerId !== customerId) throw new ReservationNotFound();
      return this.decide(state, decide);
    });
  }

  settle(
    payment: { paymentId: string; reservationId: string },
    now: Date,
    decide: (reservation: Reservation, seatsBack: boolean) => PaymentOutcome,
  ): Promise<void> {
    return this.atomically(() => {
      if (this.outcomes.has(payment.paymentId)) return;
      const state = this.get(payment.reservationId);
      const seatsBack =
        new Reservation(state).canBeRevived(this.salesStatusOf(state.showtimeId), now) &&
        state.seats.every(({ label }) => !this.claims.has(claimOf(state.showtimeId, label)));
      const outcome = this.decide(state, (reservation) => decide(reservation, seatsBack));
      if (seatsBack) this.claim(state);
      this.outcomes.set(payment.paymentId, outcome);
    });
  }

  dueHolds(now: Date, limit: number, filter?: HoldFilter): Promise<string[]> {
    const due = this.live().filter(
      ({ id, status, heldUntil, showtimeId, customerId }) =>
        status === 'held' &&
        heldUntil <= now &&
        (filter === undefined || filter.showtimeId === showtimeId) &&
        (filter?.customerId === undefined || filter.customerId === customerId) &&
        (filter?.seats === undefined || filter.seats.some((seat) => this.claims.get(claimOf(showtimeId, seat)) === id)),
    );
    return Promise.resolve(longestFirst(due, 'heldUntil', limit));
  }

  changeSkippingLocked(ids: readonly string[], decide: (reservation: Reservation) => void): Promise<number> {
    return this.atomically(() => {
      const before = this.events.length;
      const free = ids.filter((id) => this.all.has(id) && !this.busy.has(id));
      for (const id of free) this.decide(this.get(id), decide);
      return new Set(this.events.slice(before).map(({ id }) => id)).size;
    });
  }

  endedButNotCompleted(endedBefore: Date, limit: number): Promise<string[]> {
    const over = this.live().filter(({ status, endsAt }) => status === 'confirmed' && endsAt <= endedBefore);
    return Promise.resolve(longestFirst(over, 'endsAt', limit));
  }

  /** Types of what happened to a reservation, in order and without context and version. */
  facts(id: string): string[] {
    return this.events.filter((recorded) => recorded.id === id).map(({ event }) => event.type.replace(/^reservations\.|\.v1$/g, ''));
  }

  live(): ReservationState[] {
    return [...this.all.values()].filter(({ status }) => status === 'held' || status === 'confirmed');
  }

  private get(id: string): ReservationState {
    const state = this.all.get(id);
    if (state === undefined) throw new ReservationNotFound();
    return state;
  }

  private salesStatusOf(showtimeId: string): SalesStatus {
    return this.salesStatuses.get(showtimeId) ?? OPEN;
  }

  private decide<T>(state: ReservationState, decide: (reservation: Reservation) => T): T {
    const reservation = new Reservation(state);
    const result = decide(reservation);
    this.store(reservation);
    return result;
  }

  private store(reservation: Reservation): void {
    const { id, status } = reservation.state;
    this.all.set(id, reservation.state);
    this.events.push(...reservation.takeEvents().map(({ event }) => ({ id, event })));
    if (status !== 'expired' && status !== 'cancelled') return;
    for (const [claim, owner] of this.claims) if (owner === id) this.claims.delete(claim);
  }

  private claim({ id, showtimeId, seats }: ReservationState): void {
    for (const { label } of seats) this.claims.set(claimOf(showtimeId, label), id);
  }

  private async atomically<T>(work: () => T): Promise<T> {
    return Promise.resolve().then(work);
  }
}

function claimOf(showtimeId: string, label: string): string {
  return `${showtimeId} ${label}`;
}

function longestFirst(states: readonly ReservationState[], by: 'heldUntil' | 'endsAt', limit: number): string[] {
  return [...states]
    .sort((a, b) => a[by].getTime() - b[by].getTime())
    .slice(0, limit)
    .map(({ id }) => id);
}
