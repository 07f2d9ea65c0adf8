import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { NoCancellationRun } from '../../domain/errors.js';

export interface CancellationProgressView {
  readonly showtimeId: string;
  readonly status: 'running' | 'finished';
  /** The whole showtime was cancelled, rather than moved. */
  readonly whole: boolean;
  readonly reason: string | null;
  /** Reservations alive when the run began. */
  readonly total: number;
  readonly remaining: number;
  readonly startedAt: string;
  readonly finishedAt: string | null;
}

/** How far the newest run of a showtime has come. Throws `NoCancellationRun`. */
export class CancellationProgress extends Query<CancellationProgressView> {
  constructor(readonly showtimeId: string) {
    super();
  }
}

@QueryHandler(CancellationProgress)
export class CancellationProgressHandler implements IQueryHandler<CancellationProgress> {
  constructor(private readonly database: Database) {}

  async execute({ showtimeId }: CancellationProgress): Promise<CancellationProgressView> {
    const [row] = await this.database.query<{
      kind: 'cancelled' | 'moved';
      reason: string | null;
      total: number;
      remaining: number;
      startedAt: Date;
      finishedAt: Date | null;
    }>(
      `SELECT run.kind, run.reason, run.total, run.started_at, run.finished_at,
              (SELECT count(*)::int FROM reservations.reservations r WHERE r.showtime_id = run.showtime_id
                 AND r.status IN ('held', 'confirmed') AND (run.kind = 'cancelled' OR r.showtime_version < run.showtime_version)) AS remaining
       FROM reservations.cancellation_runs run WHERE run.showtime_id = $1 ORDER BY run.showtime_version DESC LIMIT 1`,
      [showtimeId],
    );
    if (row === undefined) throw new NoCancellationRun();
    return {
      showtimeId,
      status: row.finishedAt === null ? 'running' : 'finished',
      whole: row.kind === 'cancelled',
      reason: row.reason,
      total: row.total,
      remaining: row.remaining,
      startedAt: row.startedAt.toISOString(),
      finishedAt: row.finishedAt?.toISOString() ?? null,
    };
  }
}
