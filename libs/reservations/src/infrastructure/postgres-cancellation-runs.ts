import { Injectable } from '@nestjs/common';
import { Database } from '@app/platform/persistence/database.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { type CancellationRun, CancellationRuns } from '../domain/cancellation-runs.js';
import type { Reservation } from '../domain/reservation.js';
import type { SalesStatus } from '../domain/sales-status.js';
import { nextShowtimesToCompare } from './comparison-cursor.js';
import { randomOrder, selectReservations } from './reservation-rows.js';
import { lockShowtimeExclusively } from './showtime-locks.js';

/** Reservations that a run ends, or raises what is owed for: $1 showtime, $2 its new version, $3 kind of the run, $4 when it was moved. */
const ENDED_BY_RUN = `showtime_id = $1 AND CASE $3
  WHEN 'cancelled' THEN status IN ('held', 'confirmed', 'completed') OR refund_due < total
  ELSE showtime_version < $2
    AND (status IN ('held', 'confirmed') OR (status = 'completed' OR refund_due < total) AND ended_at >= $4::timestamptz) END`;

@Injectable()
export class PostgresCancellationRuns implements CancellationRuns {
  constructor(
    private readonly database: Database,
    private readonly transactions: Transactions,
  ) {}

  async begin({ showtimeId, showtimeVersion, kind, movedAt, reason }: CancellationRun, now: Date): Promise<void> {
    await this.transactions.run(async () => {
      await lockShowtimeExclusively(this.database, showtimeId);
      await this.database.query(
        `INSERT INTO reservations.sales_statuses (showtime_id, version, closed) VALUES ($1, $2, $3)
         ON CONFLICT ON CONSTRAINT sales_statuses_pkey DO UPDATE
         SET version = greatest(sales_statuses.version, excluded.version), closed = sales_statuses.closed OR excluded.closed`,
        [showtimeId, showtimeVersion, kind === 'cancelled'],
      );
      await this.database.query(
        `INSERT INTO reservations.cancellation_runs (showtime_id, showtime_version, kind, moved_at, reason, total, started_at)
         SELECT $1, $2, $3, $4, $5, count(*), $6 FROM reservations.reservations WHERE ${ENDED_BY_RUN}
         ON CONFLICT ON CONSTRAINT cancellation_runs_pkey DO NOTHING`,
        [showtimeId, showtimeVersion, kind, movedAt, reason, now],
      );
    });
  }

  async unfinished(): Promise<CancellationRun[]> {
    return this.database.query<CancellationRun>(
      `SELECT showtime_id, showtime_version, kind, moved_at, reason
       FROM reservations.cancellation_runs WHERE finished_at IS NULL ORDER BY started_at`,
    );
  }

  async remaining(
    { showtimeId, showtimeVersion, kind, movedAt }: CancellationRun,
    { except = [], limit, candidateCount = limit }: Parameters<CancellationRuns['remaining']>[1],
  ): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM (SELECT id FROM reservations.reservations WHERE ${ENDED_BY_RUN} AND id <> ALL ($5::uuid[]) ORDER BY id LIMIT $7) remaining
       ORDER BY ${randomOrder('$7', '$6')}, id LIMIT $6`,
      [showtimeId, showtimeVersion, kind, movedAt, except, limit, candidateCount],
    );
    return rows.map(({ id }) => id);
  }

  async affected(
    { showtimeId, showtimeVersion, kind, movedAt }: CancellationRun,
    { afterId, limit }: { afterId: string | null; limit: number },
  ): Promise<Reservation[]> {
    const found = await selectReservations(
      this.database,
      `WHERE r.id IN (
         SELECT id FROM reservations.reservations WHERE ${ENDED_BY_RUN} AND ($5::uuid IS NULL OR id > $5) ORDER BY id LIMIT $6)
       ORDER BY r.id`,
      [showtimeId, showtimeVersion, kind, movedAt, afterId, limit],
    );
    return found.map(({ reservation }) => reservation);
  }

  async finish({ showtimeId, showtimeVersion }: CancellationRun, now: Date): Promise<void> {
    await this.database.query(
      `UPDATE reservations.cancellation_runs SET finished_at = $3 WHERE showtime_id = $1 AND showtime_version = $2 AND finished_at IS NULL`,
      [showtimeId, showtimeVersion, now],
    );
  }

  async salesStatuses(showtimeIds: readonly string[]): Promise<Map<string, SalesStatus>> {
    const rows = await this.database.query<SalesStatus & { showtimeId: string }>(
      `SELECT showtime_id, closed, version FROM reservations.sales_statuses WHERE showtime_id = ANY ($1)`,
      [showtimeIds],
    );
    return new Map(rows.map(({ showtimeId, ...status }) => [showtimeId, status]));
  }

  async nextToCompare(query: { now: Date; passMs: number; limit: number }): Promise<string[]> {
    return this.transactions.run(() => nextShowtimesToCompare(this.database, query));
  }
}
