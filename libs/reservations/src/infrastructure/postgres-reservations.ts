import { Injectable } from '@nestjs/common';
import { AggregateRepository } from '@app/platform/persistence/aggregate-repository.js';
import { Database } from '@app/platform/persistence/database.js';
import { brokenConstraint } from '@app/platform/persistence/postgres-errors.js';
import { Outbox } from '@app/platform/persistence/outbox.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { In } from 'typeorm';
import { BookingCodeTaken, ReservationNotFound, SeatingOutdated, SeatsTaken } from '../domain/errors.js';
import { type PaymentOutcome, Reservation, type ReservationState, type SalesStatus, type CustomerUsage } from '../domain/reservation.js';
import { type HoldFilter, Reservations } from '../domain/reservations.js';
import { claimSeats } from './claim-seats.js';
import { reservationSchema } from './reservation.schema.js';
import { lockForHold, lockShowtimeShared } from './showtime-locks.js';

/** No row: never moved or cancelled as far as reservations has heard. */
const OPEN: SalesStatus = { closed: false, version: 0 };

const COLUMNS = Object.entries(reservationSchema.options.columns).map(([property, column]) => ({
  property: property as keyof ReservationState,
  name: column?.name ?? property,
  isJson: column?.type === 'jsonb',
}));
const INSERT = `INSERT INTO reservations.reservations (${COLUMNS.map(({ name }) => name).join()}) VALUES (${COLUMNS.map((_, i) => `$${i + 1}`).join()})`;

@Injectable()
export class PostgresReservations extends AggregateRepository<ReservationState, Reservation> implements Reservations {
  constructor(database: Database, transactions: Transactions, outbox: Outbox) {
    super({
      database,
      transactions,
      outbox,
      schema: reservationSchema,
      rebuild: (state) => new Reservation(state),
      notFound: () => new ReservationNotFound(),
    });
  }

  /** The hot path: one transaction of five statements. The primary key of the claims decides who gets a seat. */
  override async add(reservation: Reservation): Promise<void> {
    const { id, showtimeId, customerId } = reservation.state;
    await this.database.transaction(async () => {
      await lockForHold(this.database, showtimeId, customerId);
      const { sales, standing, taken, takenAreDue } = await this.readHoldSituation(reservation);
      if (!reservation.isOnTermsOf(sales)) throw new SeatingOutdated();
      reservation.assertWithinLimits(standing);
      if (taken.length > 0) throw new SeatsTaken(taken, takenAreDue);
      await this.insert(reservation.state);
      const lost = await claimSeats(this.database, { showtimeId, reservationId: id, labels: reservation.labels });
      if (lost.length > 0) throw new SeatsTaken(lost);
      await this.outbox.append([reservation]);
    });
  }

  async changeOwn<T>(customerId: string, id: string, decide: (reservation: Reservation) => T): Promise<T> {
    return this.changeWhere({ id, customerId }, decide);
  }

  async settle(
    payment: { paymentId: string; reservationId: string },
    now: Date,
    decide: (reservation: Reservation, seatsBack: boolean) => PaymentOutcome,
  ): Promise<void> {
    await this.database.transaction(async () => {
      const isNew = await this.database.affected(
        `INSERT INTO reservations.payment_outcomes (payment_id, reservation_id, decided_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
        [payment.paymentId, payment.reservationId, now],
      );
      if (isNew === 0) return;
      const reservation = await this.lockedWithShowtime(payment.reservationId);
      const seatsBack = await this.reclaimSeats(reservation, now);
      const outcome = decide(reservation, seatsBack);
      await this.store(reservation);
      await this.database.query(`UPDATE reservations.payment_outcomes SET outcome = $2 WHERE payment_id = $1`, [
        payment.paymentId,
        outcome,
      ]);
    });
  }

  async dueHolds(now: Date, limit: number, filter?: HoldFilter): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM reservations.reservations r
       WHERE status = 'held' AND held_until <= $1
         AND ($3::uuid IS NULL OR showtime_id = $3)
         AND ($4::uuid IS NULL OR customer_id = $4)
         AND ($5::text[] IS NULL OR EXISTS (
           SELECT FROM reservations.seat_claims c WHERE c.reservation_id = r.id AND c.seat = ANY ($5)))
       ORDER BY held_until LIMIT $2`,
      [now, limit, filter?.showtimeId ?? null, filter?.customerId ?? null, filter?.seats ?? null],
    );
    return rows.map(({ id }) => id);
  }

  async changeSkippingLocked(ids: readonly string[], decide: (reservation: Reservation) => void): Promise<number> {
    return this.database.transaction(async () => {
      const rows: ReservationState[] = await this.database.manager.find(reservationSchema, {
        where: { id: In([...ids]) },
        order: { id: 'ASC' },
        lock: { mode: 'pessimistic_write', onLocked: 'skip_locked' },
      });
      const changed = rows.map((state) => new Reservation(state));
      changed.forEach(decide);
      return this.storeAll(changed.filter((reservation) => reservation.hasChanged));
    });
  }

  async endedButNotCompleted(endedBefore: Date, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM reservations.reservations WHERE status = 'confirmed' AND ends_at <= $1 ORDER BY ends_at LIMIT $2`,
      [endedBefore, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** An ended reservation gives its seats back in the same transaction; a completed one keeps them for the record. */
  protected override async store(reservation: Reservation): Promise<void> {
    await super.store(reservation);
    await this.freeSeats([reservation]);
  }

  private async storeAll(reservations: readonly Reservation[]): Promise<number> {
    if (reservations.length === 0) return 0;
    const states = reservations.map(({ state }) => state);
    await this.database.query(
      `UPDATE reservations.reservations r SET version = u.version, status = u.status, ended_at = u.ended_at, end_reason = u.end_reason
       FROM unnest($1::uuid[], $2::int[], $3::text[], $4::timestamptz[], $5::text[]) AS u (id, version, status, ended_at, end_reason)
       WHERE r.id = u.id`,
      [
        states.map(({ id }) => id),
        states.map(({ version }) => version),
        states.map(({ status }) => status),
        states.map(({ endedAt }) => endedAt),
        states.map(({ endReason }) => endReason),
      ],
    );
    await this.freeSeats(reservations);
    await this.outbox.append(reservations);
    return reservations.length;
  }

  private async freeSeats(reservations: readonly Reservation[]): Promise<void> {
    const ended = reservations.filter(({ state }) => state.status === 'expired' || state.status === 'cancelled').map(({ id }) => id);
    if (ended.length === 0) return;
    await this.database.query(`DELETE FROM reservations.seat_claims WHERE reservation_id = ANY ($1)`, [ended]);
  }

  /** Everything a hold must see after its locks, in one statement. Seats seen as taken spare the claim its attempt. */
  private async readHoldSituation(
    reservation: Reservation,
  ): Promise<{ sales: SalesStatus; standing: CustomerUsage; taken: string[]; takenAreDue: boolean }> {
    const { showtimeId, customerId, createdAt } = reservation.state;
    const [row] = await this.database.prepared<{
      closed: boolean | null;
      version: number | null;
      liveHolds: number;
      activeSeats: number;
      someAreDue: boolean;
      taken: string[];
      takenAreDue: boolean;
    }>(
      `SELECT sales.closed, sales.version, mine.live_holds, mine.active_seats, mine.some_are_due, others.taken, others.taken_are_due
       FROM (SELECT count(*) FILTER (WHERE status = 'held')::int AS live_holds,
                    coalesce(sum(jsonb_array_length(seats)), 0)::int AS active_seats,
                    coalesce(bool_or(status = 'held' AND held_until <= $4), false) AS some_are_due
             FROM reservations.reservations WHERE customer_id = $2 AND showtime_id = $1 AND status IN ('held', 'confirmed')) mine
       CROSS JOIN (SELECT coalesce(array_agg(c.seat ORDER BY c.seat), '{}') AS taken,
                          coalesce(bool_or(r.status = 'held' AND r.held_until <= $4), false) AS taken_are_due
             FROM reservations.seat_claims c JOIN reservations.reservations r ON r.id = c.reservation_id
             WHERE c.showtime_id = $1 AND c.seat = ANY ($3)) others
       LEFT JOIN reservations.sales_statuses AS sales ON sales.showtime_id = $1`,
      [showtimeId, customerId, reservation.labels, createdAt],
    );
    if (row === undefined) throw new Error('A SELECT of aggregates answered no row');
    return {
      sales: row.closed === null || row.version === null ? OPEN : { closed: row.closed, version: row.version },
      standing: { liveHolds: row.liveHolds, activeSeats: row.activeSeats, blockedByExpiredHold: row.someAreDue },
      taken: row.taken,
      takenAreDue: row.takenAreDue,
    };
  }

  private async insert(state: ReservationState): Promise<void> {
    try {
      await this.database.prepared(
        INSERT,
        COLUMNS.map(({ property, isJson }) => (isJson ? JSON.stringify(state[property]) : state[property])),
      );
    } catch (error) {
      if (brokenConstraint(error) === 'reservations_code_key') throw new BookingCodeTaken();
      throw error;
    }
  }

  /** The showtime's lock comes before the row's; which showtime it is never changes. */
  private async lockedWithShowtime(id: string): Promise<Reservation> {
    const [found] = await this.database.query<{ showtimeId: string }>(`SELECT showtime_id FROM reservations.reservations WHERE id = $1`, [
      id,
    ]);
    if (found === undefined) throw new ReservationNotFound();
    await lockShowtimeShared(this.database, found.showtimeId);
    const reservation = await this.locked({ id });
    if (reservation === null) throw new ReservationNotFound();
    return reservation;
  }

  /** All its seats or none: the savepoint takes a partial claim back. */
  private async reclaimSeats(reservation: Reservation, now: Date): Promise<boolean> {
    const { showtimeId, id, status } = reservation.state;
    if (status !== 'expired') return false;
    const [row] = await this.database.query<SalesStatus>(`SELECT closed, version FROM reservations.sales_statuses WHERE showtime_id = $1`, [
      showtimeId,
    ]);
    if (!reservation.canBeRevived(row ?? OPEN, now)) return false;
    try {
      await this.database.savepoint(async () => {
        const lost = await claimSeats(this.database, { showtimeId, reservationId: id, labels: reservation.labels });
        if (lost.length > 0) throw new SeatsTaken(lost);
      });
      return true;
    } catch (error) {
      if (error instanceof SeatsTaken) return false;
      throw error;
    }
  }
}
