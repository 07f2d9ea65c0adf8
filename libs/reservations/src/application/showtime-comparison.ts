/**
 * Finds out which showtimes were cancelled or moved, or end at another time, where the event is late or lost. Begins the cancellation runs
 * and corrects the ends.
 */
import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ShowtimeStatuses, type ShowtimeStatusView } from '@app/contracts/showtimes.js';
import { Clock } from '@app/kernel/clock.js';
import { type CancellationRun, CancellationRuns } from '../domain/cancellation-runs.js';
import { Reservations } from '../domain/reservations.js';
import { OPEN_SALES, type SalesStatus, strictestSalesStatus } from '../domain/sales-status.js';
import { salesStatusOf } from './current-sales-status.js';

@Injectable()
export class ShowtimeComparison {
  constructor(
    private readonly runs: CancellationRuns,
    private readonly reservations: Reservations,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  /** Returns the sales statuses as both know them, by showtime. */
  async compare(showtimeIds: readonly string[]): Promise<Map<string, SalesStatus>> {
    const stored = await this.runs.salesStatuses(showtimeIds);
    const views = await this.queries.execute(new ShowtimeStatuses(showtimeIds));
    const known = new Map(stored);
    for (const view of views) {
      const [ours, theirs] = [stored.get(view.showtimeId) ?? OPEN_SALES, salesStatusOf(view)];
      const isNew = (theirs.closed && !ours.closed) || theirs.version > ours.version;
      if (isNew) await this.runs.begin(runOf(view), this.clock.now());
      known.set(view.showtimeId, strictestSalesStatus(ours, theirs));
    }
    const ends = views.map(({ showtimeId, endsAt }) => ({ showtimeId, endsAt: new Date(endsAt) }));
    for (const end of await this.reservations.differingEnds(ends)) await this.reservations.correctEnd(end);
    return known;
  }
}

/** The run that the event of the showtime begins too. */
function runOf({ showtimeId, status, version, cancelReason, lastMove }: ShowtimeStatusView): CancellationRun {
  if (status === 'cancelled') return { showtimeId, showtimeVersion: version, kind: 'cancelled', movedAt: null, reason: cancelReason };
  if (lastMove === null) throw new Error(`Showtime ${showtimeId} was neither cancelled nor moved`);
  return { showtimeId, showtimeVersion: lastMove.version, kind: 'moved', movedAt: new Date(lastMove.at), reason: MOVED };
}

/** What customers and admins read as the reason. */
export const MOVED = 'The showtime was moved.';
