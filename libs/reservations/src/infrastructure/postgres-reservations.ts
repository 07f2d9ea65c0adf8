import { Injectable } from '@nestjs/common';
import { Database } from '@app/platform/persistence/database.js';
import { Outbox } from '@app/platform/persistence/outbox.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { ReservationNotFound, SeatsTaken } from '../domain/errors.js';
import { isRefunded, type PaymentOutcome } from '../domain/payment-outcome.js';
import type { Reservation } from '../domain/reservation.js';
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
import { type ChangeSituation, type HoldSituation, type SettlementSituation, strictest } from '../domain/situations.js';
import { claimSeats } from './claim-seats.js';
import { HoldBatches } from './hold-batches.js';
import { readHoldSituations } from './hold-situation.js';
import { randomOrder, selectReservations, type ReservationInSituation, updateReservations } from './reservation-rows.js';
import {
  lockForHolds,
  lockShowtimeForPayment,
  lockShowtimeOf,
  lockShowtimeShared,
  showtimeKey,
  tryLockShowtimesOf,
} from './showtime-locks.js';

const BY_KEY = `WHERE r.id = $1 AND ($2::uuid IS NULL OR r.customer_id = $2)`;

@Injectable()
export class PostgresReservations extends Reservations {
  readonly #holds: HoldBatches;

  constructor(
    private readonly database: Database,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
  ) {
    super();
    this.#holds = new HoldBatches(database, transactions, outbox);
  }

  async hold<Answer>(request: HoldRequest, decision: HoldDecision<Answer>): Promise<Answer> {
    return (await this.#holds.run({ request, decision, origin: this.transactions.origin })) as Answer;
  }

  async change<T>(key: ReservationKey, decide: (reservation: Reservation, situation: ChangeSituation) => T): Promise<T> {
    return this.transactions.run(async () => {
      const { reservation, situation } = await this.lock(key);
      const result = decide(reservation, situation);
      await this.store([reservation]);
      return result;
    });
  }

  async changeSeats(request: SeatChangeRequest, decide: (reservation: Reservation, situation: HoldSituation) => void): Promise<void> {
    await this.transactions.run(async () => {
      const { id, customerId, showtimeId } = request;
      await lockForHolds(this.database, [request]);
      const [found] = await selectReservations(this.database, `${BY_KEY} FOR UPDATE OF r`, [id, customerId]);
      if (found === undefined) throw new ReservationNotFound();
      const { reservation } = found;
      const before = reservation.labels;
      const [situation] = await readHoldSituations(this.database, [request]);
      decide(reservation, situation!);
      if (!reservation.hasChanged) return;
      const { labels } = reservation;
      await this.claimSeatsOf(
        reservation,
        labels.filter((label) => !before.includes(label)),
      );
      await this.database.query(
        `DELETE FROM reservations.seat_claims WHERE showtime_id = $1 AND reservation_id = $2 AND seat <> ALL ($3)`,
        [showtimeId, id, labels],
      );
      await this.store([reservation]);
    });
  }

  async changeSkippingLocked(
    ids: readonly string[],
    decide: (reservation: Reservation, situation: ChangeSituation) => void,
  ): Promise<number> {
    if (ids.length === 0) return 0;
    return this.transactions.run(async () => {
      const showtimeIds = await tryLockShowtimesOf(this.database, ids);
      const found = await selectReservations(
        this.database,
        `WHERE r.id = ANY ($1) AND r.showtime_id = ANY ($2) ORDER BY r.id FOR UPDATE OF r SKIP LOCKED`,
        [ids, showtimeIds],
      );
      for (const { reservation, situation } of found) decide(reservation, situation);
      return this.store(found.map(({ reservation }) => reservation));
    });
  }

  async changeNotAdmitted(showtimeId: string, decide: (reservation: Reservation, situation: ChangeSituation) => void): Promise<number> {
    return this.transactions.run(async () => {
      await lockShowtimeShared(this.database, showtimeId);
      const found = await selectReservations(
        this.database,
        `WHERE r.showtime_id = $1 AND r.status IN ('confirmed', 'completed') AND r.admitted_at IS NULL AND NOT r.no_show
         ORDER BY r.id FOR UPDATE OF r`,
        [showtimeId],
      );
      for (const { reservation, situation } of found) decide(reservation, situation);
      return this.store(found.map(({ reservation }) => reservation));
    });
  }

  async settle(
    { paymentId, amount, reservationId, currentSalesStatus, at }: Parameters<Reservations['settle']>[0],
    decide: (reservation: Reservation, situation: SettlementSituation) => PaymentOutcome,
  ): Promise<boolean> {
    return this.transactions.run(async () => {
      const showtime = await lockShowtimeForPayment(this.database, { paymentId, reservationId });
      if (showtime === null) throw new ReservationNotFound();
      if (showtime.isDecided) return false;
      const { reservation, situation } = await this.lockRow({ id: reservationId });
      // Behind the reservation, as everywhere: an admin who reconciles it settles its payments in the same transaction.
      const inserted = await this.database.prepared(
        `INSERT INTO reservations.payment_outcomes (payment_id, reservation_id, decided_at) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING RETURNING payment_id`,
        [paymentId, reservationId, at],
      );
      if (inserted.length === 0) return false;
      const salesStatus = strictest(situation.salesStatus, currentSalesStatus);
      const seatsReclaimed = reservation.canBeRevived({ salesStatus, at }) && (await this.reclaimSeats(reservation));
      const outcome = decide(reservation, { salesStatus, seatsReclaimed });
      await this.store([reservation]);
      const due = isRefunded(outcome) ? amount : null;
      await this.database.prepared(
        `UPDATE reservations.payment_outcomes SET outcome = $2, refund_due = $3, refund_currency = $4 WHERE payment_id = $1`,
        [paymentId, outcome, due?.amount ?? null, due?.currency ?? null],
      );
      return true;
    });
  }

  async idOfCode(code: string): Promise<string> {
    const [row] = await this.database.query<{ id: string }>(`SELECT id FROM reservations.reservations WHERE code = $1`, [code]);
    if (row === undefined) throw new ReservationNotFound();
    return row.id;
  }

  async read({ id, customerId }: ReservationKey): Promise<ReservationInSituation> {
    const [found] = await selectReservations(this.database, BY_KEY, [id, customerId ?? null]);
    if (found === undefined) throw new ReservationNotFound();
    return found;
  }

  async readLocked({ id, customerId }: ReservationKey): Promise<ReservationInSituation> {
    if (!(await lockShowtimeOf(this.database, { id, customerId }))) throw new ReservationNotFound();
    const [found] = await selectReservations(this.database, `${BY_KEY} FOR SHARE OF r`, [id, customerId ?? null]);
    if (found === undefined) throw new ReservationNotFound();
    return found;
  }

  async holdsOf(customerId: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM reservations.reservations WHERE customer_id = $1 AND status = 'held' ORDER BY ${showtimeKey('showtime_id')}, id`,
      [customerId],
    );
    return rows.map(({ id }) => id);
  }

  async liveOf({ customerIds, now }: { customerIds: readonly string[]; now: Date }): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM reservations.reservations
       WHERE customer_id = ANY ($1) AND status IN ('held', 'confirmed') AND (status = 'held' OR starts_at > $2)
       ORDER BY ${showtimeKey('showtime_id')}, id`,
      [customerIds, now],
    );
    return rows.map(({ id }) => id);
  }

  async dueHolds({ now, limit, candidateCount = limit, filter }: Parameters<Reservations['dueHolds']>[0]): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM (
         SELECT id, held_until FROM reservations.reservations r
         WHERE status = 'held' AND held_until <= $1
           AND ($3::uuid IS NULL OR showtime_id = $3)
           AND ($4::uuid IS NULL OR customer_id = $4)
           AND ($5::text[] IS NULL OR EXISTS (
             SELECT FROM reservations.seat_claims c WHERE c.reservation_id = r.id AND c.seat = ANY ($5)))
         ORDER BY held_until LIMIT $6) due
       ORDER BY ${randomOrder('$6', '$2')}, held_until LIMIT $2`,
      [now, limit, filter?.showtimeId ?? null, filter?.customerId ?? null, filter?.seats ?? null, candidateCount],
    );
    return rows.map(({ id }) => id);
  }

  async endedButNotCompleted({
    endedBy,
    limit,
    candidateCount = limit,
  }: Parameters<Reservations['endedButNotCompleted']>[0]): Promise<{ id: string; showtimeId: string }[]> {
    return this.database.query(
      `SELECT id, showtime_id FROM (
         SELECT id, showtime_id, ends_at FROM reservations.reservations WHERE status = 'confirmed' AND ends_at <= $1 ORDER BY ends_at LIMIT $3) ended
       ORDER BY ${randomOrder('$3', '$2')}, ends_at LIMIT $2`,
      [endedBy, limit, candidateCount],
    );
  }

  async withoutDispute<Dispute extends DisputeOfReservation>(disputes: readonly Dispute[]): Promise<Dispute[]> {
    const rows = await this.database.query<{ position: number }>(
      `SELECT d.position::int FROM unnest($1::uuid[], $2::text[], $3::text[]) WITH ORDINALITY AS d (reservation_id, id, outcome, position)
       JOIN reservations.reservations r ON r.id = d.reservation_id
       WHERE NOT r.disputes @> jsonb_build_array(jsonb_build_object('id', d.id, 'outcome', d.outcome)) ORDER BY d.position`,
      [
        disputes.map(({ reservationId }) => reservationId),
        disputes.map(({ disputeId }) => disputeId),
        disputes.map(({ outcome }) => outcome),
      ],
    );
    return rows.map(({ position }) => disputes[position - 1]!);
  }

  async differingEnds(ends: readonly ShowtimeEnd[]): Promise<ShowtimeEnd[]> {
    if (ends.length === 0) return [];
    return this.database.query(
      `SELECT showtime_id, ends_at FROM unnest($1::uuid[], $2::timestamptz[]) AS asked (showtime_id, ends_at)
       WHERE EXISTS (
         SELECT FROM reservations.reservations r
         WHERE r.showtime_id = asked.showtime_id AND r.status IN ('held', 'confirmed') AND r.ends_at <> asked.ends_at)`,
      [ends.map(({ showtimeId }) => showtimeId), ends.map(({ endsAt }) => endsAt)],
    );
  }

  async correctEnd({ showtimeId, endsAt }: ShowtimeEnd): Promise<void> {
    await this.transactions.run(async () => {
      await lockShowtimeShared(this.database, showtimeId);
      await this.database.query(
        `UPDATE reservations.reservations SET ends_at = $2 WHERE id IN (
           SELECT id FROM reservations.reservations WHERE showtime_id = $1 AND status IN ('held', 'confirmed') AND ends_at <> $2
           ORDER BY id FOR UPDATE)`,
        [showtimeId, endsAt],
      );
    });
  }

  async reconcileSeats(id: string): Promise<ReconciledSeats> {
    return this.transactions.run(async () => {
      const { reservation } = await this.lock({ id });
      const { ownedLabels, state } = reservation;
      const freed = await this.database.query<{ seat: string }>(
        `DELETE FROM reservations.seat_claims WHERE reservation_id = $1 AND (showtime_id <> $2 OR seat <> ALL ($3)) RETURNING seat`,
        [id, state.showtimeId, ownedLabels],
      );
      const own = await this.database.query<{ seat: string }>(`SELECT seat FROM reservations.seat_claims WHERE reservation_id = $1`, [id]);
      const claimed = ownedLabels.filter((label) => !own.some(({ seat }) => seat === label));
      await this.claimSeatsOf(reservation, claimed);
      return { claimed, freed: freed.map(({ seat }) => seat) };
    });
  }

  /** Two statements: one that waits for the showtime's lock would not see what its former owner has committed. */
  private async lock({ id, customerId }: ReservationKey): Promise<ReservationInSituation> {
    if (!(await lockShowtimeOf(this.database, { id, customerId }))) throw new ReservationNotFound();
    return this.lockRow({ id, customerId });
  }

  private async lockRow({ id, customerId }: ReservationKey): Promise<ReservationInSituation> {
    const [found] = await selectReservations(this.database, `${BY_KEY} FOR UPDATE OF r`, [id, customerId ?? null]);
    if (found === undefined) throw new ReservationNotFound();
    return found;
  }

  /** Returns how many had changed. */
  private async store(reservations: readonly Reservation[]): Promise<number> {
    const changed = reservations.filter(({ hasChanged }) => hasChanged);
    if (changed.length === 0) return 0;
    await updateReservations(
      this.database,
      changed.map(({ state }) => state),
    );
    await this.outbox.append(changed);
    return changed.length;
  }

  /** All seats or none: the savepoint undoes the claims of some. */
  private async reclaimSeats(reservation: Reservation): Promise<boolean> {
    try {
      await this.transactions.savepoint(() => this.claimSeatsOf(reservation, reservation.labels));
      return true;
    } catch (error) {
      if (error instanceof SeatsTaken) return false;
      throw error;
    }
  }

  private async claimSeatsOf({ id, state }: Reservation, labels: readonly string[]): Promise<void> {
    const lost = await claimSeats(this.database, { showtimeId: state.showtimeId, reservationId: id, labels });
    if (lost.length > 0) throw new SeatsTaken({ labels: lost, blockedByExpiredHold: false });
  }
}
