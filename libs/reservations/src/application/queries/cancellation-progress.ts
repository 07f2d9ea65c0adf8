import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ShowtimeStatuses } from '@app/contracts/showtimes.js';
import { Database } from '@app/platform/persistence/database.js';
import type { CancellationRun } from '../../domain/cancellation-runs.js';
import { NoCancellationRun, ShowtimeNotFound } from '../../domain/errors.js';
import type { CancellationProgressView } from './cancellation-progress.view.js';

/** How far the newest cancellation run of a showtime has come. Throws `NoCancellationRun`, `ShowtimeNotFound`. */
export class CancellationProgress extends Query<CancellationProgressView> {
  constructor(readonly showtimeId: string) {
    super();
  }
}

interface Row extends Pick<CancellationRun, 'kind' | 'reason'> {
  readonly total: number;
  readonly remaining: number;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

@QueryHandler(CancellationProgress)
export class CancellationProgressHandler implements IQueryHandler<CancellationProgress> {
  constructor(
    private readonly database: Database,
    private readonly queries: QueryBus,
  ) {}

  async execute({ showtimeId }: CancellationProgress): Promise<CancellationProgressView> {
    const [row] = await this.database.query<Row>(
      `SELECT run.kind, run.reason, run.total, run.started_at, run.finished_at,
              (SELECT count(*)::int FROM reservations.reservations r WHERE r.showtime_id = run.showtime_id
                 AND CASE run.kind WHEN 'cancelled' THEN r.status IN ('held', 'confirmed', 'completed') OR r.refund_due < r.total
                   ELSE r.showtime_version < run.showtime_version
                     AND (r.status IN ('held', 'confirmed') OR (r.status = 'completed' OR r.refund_due < r.total) AND r.ended_at >= run.moved_at)
                   END) AS remaining
       FROM reservations.cancellation_runs run WHERE run.showtime_id = $1 ORDER BY run.showtime_version DESC LIMIT 1`,
      [showtimeId],
    );
    if (row === undefined) throw await this.withoutRun(showtimeId);
    const { kind, reason, total, remaining, startedAt, finishedAt } = row;
    return {
      showtimeId,
      status: finishedAt === null ? 'running' : 'finished',
      whole: kind === 'cancelled',
      reason,
      total,
      remaining,
      startedAt: startedAt.toISOString(),
      finishedAt: finishedAt?.toISOString() ?? null,
    };
  }

  /** The message of a cancellation may be late. Who has just cancelled asks here. */
  private async withoutRun(showtimeId: string): Promise<NoCancellationRun | ShowtimeNotFound> {
    const [found] = await this.queries.execute(new ShowtimeStatuses([showtimeId]));
    if (found === undefined) return new ShowtimeNotFound();
    if (found.status === 'cancelled') return new NoCancellationRun({ showtime: 'cancelled' });
    return new NoCancellationRun({ showtime: found.lastMove === null ? 'unchanged' : 'moved' });
  }
}
