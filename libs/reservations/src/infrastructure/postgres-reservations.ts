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
import { strictestSalesStatus } from '../domain/sales-status.js';
import type { ChangeSituation, HoldSituation, SettlementSituation } from '../domain/situations.js';
import { claimSeats } from './claim-seats.js';
import { HoldBatches } from './hold-batches.js';
import { readHoldSituations } from './hold-situation.js';
import { selectReservations, type ReservationInSituation, updateReservations } from './reservation-rows.js';
import { differingEnds, dueHolds, endedButNotCompleted, holdsOf, liveOf, withoutDispute } from './reservation-searches.js';
import { lockForHolds, lockShowtimeForPayment, lockShowtimeOf, lockShowtimeShared, tryLockShowtimesOf } from './showtime-locks.js';

type RowLock = 'FOR UPDATE' | 'FOR SHARE';

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
      const salesStatus = strictestSalesStatus(situation.salesStatus, currentSalesStatus);
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

  readLocked(key: ReservationKey): Promise<ReservationInSituation> {
    return this.lock(key, 'FOR SHARE');
  }

  holdsOf(customerId: string): Promise<string[]> {
    return holdsOf(this.database, customerId);
  }

  liveOf(customers: Parameters<Reservations['liveOf']>[0]): Promise<string[]> {
    return liveOf(this.database, customers);
  }

  dueHolds(search: Parameters<Reservations['dueHolds']>[0]): Promise<string[]> {
    return dueHolds(this.database, search);
  }

  endedButNotCompleted(search: Parameters<Reservations['endedButNotCompleted']>[0]): Promise<{ id: string; showtimeId: string }[]> {
    return endedButNotCompleted(this.database, search);
  }

  withoutDispute<Dispute extends DisputeOfReservation>(disputes: readonly Dispute[]): Promise<Dispute[]> {
    return withoutDispute(this.database, disputes);
  }

  differingEnds(ends: readonly ShowtimeEnd[]): Promise<ShowtimeEnd[]> {
    return differingEnds(this.database, ends);
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
  private async lock(key: ReservationKey, rowLock: RowLock = 'FOR UPDATE'): Promise<ReservationInSituation> {
    if (!(await lockShowtimeOf(this.database, key))) throw new ReservationNotFound();
    return this.lockRow(key, rowLock);
  }

  private async lockRow({ id, customerId }: ReservationKey, rowLock: RowLock = 'FOR UPDATE'): Promise<ReservationInSituation> {
    const [found] = await selectReservations(this.database, `${BY_KEY} ${rowLock} OF r`, [id, customerId ?? null]);
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
