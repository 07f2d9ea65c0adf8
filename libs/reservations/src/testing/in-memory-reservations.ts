/** Reservations for specs. It provides the situation, stores what the aggregate decided, and refuses only what a constraint would refuse. */
import type { DomainEvent } from '@app/kernel/domain-event.js';
import { BookingCodeTaken, ReservationNotFound, SeatsTaken } from '../domain/errors.js';
import type { PaymentOutcome } from '../domain/payment-outcome.js';
import { Reservation } from '../domain/reservation.js';
import type { ReservationState } from '../domain/reservation-state.js';
import {
  type DisputeOfReservation,
  type HoldDecision,
  type HoldRequest,
  type ReconciledSeats,
  type ReservationKey,
  Reservations,
  type SeatChangeRequest,
  type ShowtimeEnd,
} from '../domain/reservations.js';
import { OPEN_SALES, type SalesStatus, strictestSalesStatus } from '../domain/sales-status.js';
import type { ChangeSituation, HoldSituation, SettlementSituation } from '../domain/situations.js';

export class InMemoryReservations extends Reservations {
  readonly all = new Map<string, ReservationState>();
  /** From `showtime seat` to the id of the reservation. */
  readonly claims = new Map<string, string>();
  readonly salesStatuses = new Map<string, SalesStatus>();
  readonly outcomes = new Map<string, PaymentOutcome>();
  readonly events: { readonly id: string; readonly event: DomainEvent }[] = [];
  /** Reservations that another transaction has locked. */
  readonly locked = new Set<string>();

  hold<Answer>(request: HoldRequest, { decide, answer }: HoldDecision<Answer>): Promise<Answer> {
    return atomically(() => {
      const reservation = decide(this.holdSituation(request));
      const { state } = reservation;
      if ([...this.all.values()].some(({ code }) => code === state.code)) throw new BookingCodeTaken();
      const lost = this.taken(state.showtimeId, reservation.labels);
      if (lost.length > 0) throw new SeatsTaken({ labels: lost, blockedByExpiredHold: false });
      this.claim(state);
      this.store(reservation);
      return answer(reservation);
    });
  }

  change<T>(key: ReservationKey, decide: (reservation: Reservation, situation: ChangeSituation) => T): Promise<T> {
    return atomically(() => this.decide(this.get(key), decide));
  }

  changeSeats(request: SeatChangeRequest, decide: (reservation: Reservation, situation: HoldSituation) => void): Promise<void> {
    return atomically(() => {
      const reservation = new Reservation(this.get(request));
      decide(reservation, this.holdSituation(request));
      for (const [claim, owner] of this.claims) if (owner === request.id) this.claims.delete(claim);
      this.claim(reservation.state);
      this.store(reservation);
    });
  }

  changeSkippingLocked(ids: readonly string[], decide: (reservation: Reservation, situation: ChangeSituation) => void): Promise<number> {
    return atomically(() => {
      const before = this.events.length;
      for (const id of ids) if (this.all.has(id) && !this.locked.has(id)) this.decide(this.get({ id }), decide);
      return new Set(this.events.slice(before).map(({ id }) => id)).size;
    });
  }

  changeNotAdmitted(showtimeId: string, decide: (reservation: Reservation, situation: ChangeSituation) => void): Promise<number> {
    const isTicket = ({ status }: ReservationState): boolean => status === 'confirmed' || status === 'completed';
    const found = [...this.all.values()].filter((state) => state.showtimeId === showtimeId && isTicket(state));
    const absent = found.filter(({ admittedAt, noShow }) => admittedAt === null && !noShow);
    return this.changeSkippingLocked(
      absent.map(({ id }) => id),
      decide,
    );
  }

  settle(
    { paymentId, reservationId, currentSalesStatus, at }: Parameters<Reservations['settle']>[0],
    decide: (reservation: Reservation, situation: SettlementSituation) => PaymentOutcome,
  ): Promise<boolean> {
    return atomically(() => {
      if (this.outcomes.has(paymentId)) return false;
      const state = this.get({ id: reservationId });
      const outcome = this.decide(state, (reservation, situation) => {
        const areFree = this.taken(state.showtimeId, reservation.labels).length === 0;
        const salesStatus = strictestSalesStatus(situation.salesStatus, currentSalesStatus);
        const seatsReclaimed = reservation.canBeRevived({ salesStatus, at }) && areFree;
        const decided = decide(reservation, { salesStatus, seatsReclaimed });
        if (seatsReclaimed) this.claim(state);
        return decided;
      });
      this.outcomes.set(paymentId, outcome);
      return true;
    });
  }

  idOfCode(code: string): Promise<string> {
    return atomically(() => {
      const found = [...this.all.values()].find((state) => state.code === code);
      if (found === undefined) throw new ReservationNotFound();
      return found.id;
    });
  }

  read(key: ReservationKey): Promise<{ reservation: Reservation; situation: ChangeSituation }> {
    return atomically(() => {
      const state = this.get(key);
      return { reservation: new Reservation(state), situation: this.situationOf(state) };
    });
  }

  readLocked(key: ReservationKey): ReturnType<Reservations['read']> {
    return this.read(key);
  }

  holdsOf(customerId: string): Promise<string[]> {
    const held = this.live().filter((each) => each.customerId === customerId && each.status === 'held');
    return Promise.resolve(held.map(({ id }) => id));
  }

  liveOf({ customerIds, now }: { customerIds: readonly string[]; now: Date }): Promise<string[]> {
    const live = this.live().filter(
      ({ customerId, status, startsAt }) =>
        customerIds.includes(customerId) && (status === 'held' || (status === 'confirmed' && startsAt > now)),
    );
    return Promise.resolve(live.map(({ id }) => id));
  }

  dueHolds({ now, limit, candidateCount = limit, filter }: Parameters<Reservations['dueHolds']>[0]): Promise<string[]> {
    const due = this.live().filter(
      ({ id, status, heldUntil, showtimeId, customerId }) =>
        status === 'held' &&
        heldUntil <= now &&
        (filter?.showtimeId === undefined || filter.showtimeId === showtimeId) &&
        (filter?.customerId === undefined || filter.customerId === customerId) &&
        (filter?.seats === undefined || filter.seats.some((seat) => this.claims.get(claimKey(showtimeId, seat)) === id)),
    );
    return Promise.resolve(someOf(earliest(due, 'heldUntil', candidateCount), limit).map(({ id }) => id));
  }

  endedButNotCompleted({
    endedBy,
    limit,
    candidateCount = limit,
  }: Parameters<Reservations['endedButNotCompleted']>[0]): Promise<{ id: string; showtimeId: string }[]> {
    const ended = this.live().filter(({ status, endsAt }) => status === 'confirmed' && endsAt <= endedBy);
    return Promise.resolve(someOf(earliest(ended, 'endsAt', candidateCount), limit).map(({ id, showtimeId }) => ({ id, showtimeId })));
  }

  withoutDispute<Dispute extends DisputeOfReservation>(disputes: readonly Dispute[]): Promise<Dispute[]> {
    const isMissing = ({ reservationId, disputeId, outcome }: Dispute): boolean =>
      this.all.get(reservationId)?.disputes.every((known) => known.id !== disputeId || known.outcome !== outcome) ?? false;
    return Promise.resolve(disputes.filter(isMissing));
  }

  differingEnds(ends: readonly ShowtimeEnd[]): Promise<ShowtimeEnd[]> {
    const differs = ({ showtimeId, endsAt }: ShowtimeEnd): boolean =>
      this.live().some((state) => state.showtimeId === showtimeId && state.endsAt.getTime() !== endsAt.getTime());
    return Promise.resolve(ends.filter(differs));
  }

  correctEnd({ showtimeId, endsAt }: ShowtimeEnd): Promise<void> {
    for (const state of this.live()) if (state.showtimeId === showtimeId) this.all.set(state.id, { ...state, endsAt });
    return Promise.resolve();
  }

  reconcileSeats(id: string): Promise<ReconciledSeats> {
    return atomically(() => {
      const state = this.get({ id });
      const wanted = new Reservation(state).ownedLabels.map((label) => claimKey(state.showtimeId, label));
      const own = [...this.claims].filter(([, owner]) => owner === id).map(([claim]) => claim);
      const claimed = wanted.filter((claim) => !own.includes(claim));
      const lost = claimed.filter((claim) => this.claims.has(claim)).map(labelOf);
      if (lost.length > 0) throw new SeatsTaken({ labels: lost, blockedByExpiredHold: false });
      const freed = own.filter((claim) => !wanted.includes(claim));
      for (const claim of freed) this.claims.delete(claim);
      for (const claim of claimed) this.claims.set(claim, id);
      return { claimed: claimed.map(labelOf), freed: freed.map(labelOf) };
    });
  }

  /** Types of a reservation's events in order, without context and version. */
  eventsOf(id: string): string[] {
    return this.events.filter((recorded) => recorded.id === id).map(({ event }) => event.type.replace(/^reservations\.|\.v1$/g, ''));
  }

  /** Held and confirmed ones. */
  live(): ReservationState[] {
    return [...this.all.values()].filter(({ status }) => status === 'held' || status === 'confirmed');
  }

  private holdSituation({
    showtimeId,
    customerId,
    seats,
    now,
    id,
    unpaidHoldsAfter,
  }: HoldRequest & { readonly id?: string }): HoldSituation {
    const isDue = ({ status, heldUntil }: ReservationState): boolean => status === 'held' && heldUntil <= now;
    const all = this.live().filter((state) => state.customerId === customerId && state.id !== id);
    const own = all.filter((state) => state.showtimeId === showtimeId);
    const labels = this.taken(showtimeId, seats).filter((label) => this.claims.get(claimKey(showtimeId, label)) !== id);
    const owners = labels.map((label) => this.all.get(this.claims.get(claimKey(showtimeId, label))!)!);
    return {
      salesStatus: this.salesStatusOf(showtimeId),
      customerUsage: {
        liveHolds: own.filter(({ status }) => status === 'held').length,
        activeSeats: own.reduce((sum, state) => sum + state.seats.length, 0),
        blockedByExpiredHold: own.some(isDue),
        unpaidHoldMs: this.unpaidHoldMs({ showtimeId, customerId, unpaidHoldsAfter }),
        ofAllShowtimes: { liveHolds: all.filter(({ status }) => status === 'held').length, blockedByExpiredHold: all.some(isDue) },
      },
      seatsTaken: { labels, blockedByExpiredHold: owners.some(isDue) },
    };
  }

  private unpaidHoldMs({
    showtimeId,
    customerId,
    unpaidHoldsAfter: from,
  }: Pick<HoldRequest, 'showtimeId' | 'customerId' | 'unpaidHoldsAfter'>) {
    return [...this.all.values()]
      .filter((state) => state.showtimeId === showtimeId && state.customerId === customerId && state.paymentId === null)
      .filter(({ endReason }) => endReason === 'unpaid' || endReason === 'cancelled-by-customer')
      .filter(({ endedAt }) => from !== undefined && endedAt! > from)
      .reduce((sum, { endedAt, createdAt }) => sum + endedAt!.getTime() - createdAt.getTime(), 0);
  }

  private situationOf({ showtimeId }: ReservationState): ChangeSituation {
    return { salesStatus: this.salesStatusOf(showtimeId) };
  }

  private salesStatusOf(showtimeId: string): SalesStatus {
    return this.salesStatuses.get(showtimeId) ?? OPEN_SALES;
  }

  private get({ id, customerId }: ReservationKey): ReservationState {
    const state = this.all.get(id);
    if (state === undefined || (customerId !== undefined && customerId !== state.customerId)) throw new ReservationNotFound();
    return state;
  }

  private decide<T>(state: ReservationState, decide: (reservation: Reservation, situation: ChangeSituation) => T): T {
    const reservation = new Reservation(state);
    const result = decide(reservation, this.situationOf(state));
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

  private taken(showtimeId: string, labels: readonly string[]): string[] {
    return labels.filter((label) => this.claims.has(claimKey(showtimeId, label))).sort();
  }

  private claim({ id, showtimeId, seats }: ReservationState): void {
    for (const { label } of seats) this.claims.set(claimKey(showtimeId, label), id);
  }
}

function claimKey(showtimeId: string, label: string): string {
  return `${showtimeId} ${label}`;
}

function labelOf(claim: string): string {
  return claim.slice(claim.indexOf(' ') + 1);
}

function earliest(states: readonly ReservationState[], by: 'heldUntil' | 'endsAt', limit: number): ReservationState[] {
  return [...states].sort((a, b) => a[by].getTime() - b[by].getTime()).slice(0, limit);
}

/** All in their order, or any `limit` of them. */
function someOf(states: readonly ReservationState[], limit: number): ReservationState[] {
  if (states.length <= limit) return [...states];
  const drawn = states.map((state) => ({ state, order: Math.random() }));
  return drawn
    .sort((a, b) => a.order - b.order)
    .slice(0, limit)
    .map(({ state }) => state);
}

/** An error that `work` throws rejects the promise. */
async function atomically<T>(work: () => T): Promise<T> {
  return Promise.resolve().then(work);
}
