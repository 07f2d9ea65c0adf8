import { type CancellationRun, CancellationRuns } from '../domain/cancellation-runs.js';
import { Reservation } from '../domain/reservation.js';
import type { ReservationState } from '../domain/reservation-state.js';
import { OPEN_SALES, type SalesStatus } from '../domain/sales-status.js';
import type { InMemoryReservations } from './in-memory-reservations.js';

interface StoredRun extends CancellationRun {
  readonly startedAt: Date;
  finishedAt: Date | null;
}

/** Cancellation runs for specs. They share the sales statuses with the reservations. */
export class InMemoryCancellationRuns extends CancellationRuns {
  readonly #all: StoredRun[] = [];
  /** Null between two passes. */
  #toCompare: string[] | null = null;
  #passBeganAt = 0;

  constructor(private readonly reservations: InMemoryReservations) {
    super();
  }

  begin(run: CancellationRun, now: Date): Promise<void> {
    const { showtimeId, showtimeVersion, kind } = run;
    const { salesStatuses } = this.reservations;
    const { closed, version } = salesStatuses.get(showtimeId) ?? OPEN_SALES;
    salesStatuses.set(showtimeId, { closed: closed || kind === 'cancelled', version: Math.max(version, showtimeVersion) });
    if (this.find(run) === undefined) this.#all.push({ ...run, startedAt: now, finishedAt: null });
    return Promise.resolve();
  }

  unfinished(): Promise<CancellationRun[]> {
    const left = this.#all.filter(({ finishedAt }) => finishedAt === null);
    left.sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime());
    return Promise.resolve(left.map(({ startedAt: _, finishedAt: __, ...run }) => run));
  }

  remaining(run: CancellationRun, { except = [], limit }: Parameters<CancellationRuns['remaining']>[1]): Promise<string[]> {
    return Promise.resolve(
      this.endedBy(run)
        .filter((id) => !except.includes(id))
        .slice(0, limit),
    );
  }

  affected(run: CancellationRun, { afterId, limit }: { afterId: string | null; limit: number }): Promise<Reservation[]> {
    const ids = this.endedBy(run).filter((id) => afterId === null || id > afterId);
    return Promise.resolve(ids.slice(0, limit).map((id) => new Reservation(this.reservations.all.get(id)!)));
  }

  salesStatuses(showtimeIds: readonly string[]): Promise<Map<string, SalesStatus>> {
    return Promise.resolve(new Map([...this.reservations.salesStatuses].filter(([id]) => showtimeIds.includes(id))));
  }

  nextToCompare({ now, passMs, limit }: { now: Date; passMs: number; limit: number }): Promise<string[]> {
    if (this.#toCompare === null) {
      if (Math.abs(now.getTime() - this.#passBeganAt) < passMs) return Promise.resolve([]);
      this.#passBeganAt = now.getTime();
      const found = [...this.reservations.all.values()].filter((state) => isLive(state) || isKept(state));
      found.sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime() || (a.showtimeId < b.showtimeId ? -1 : 1));
      this.#toCompare = [...new Set(found.map(({ showtimeId }) => showtimeId))];
    }
    const page = this.#toCompare.splice(0, limit);
    if (page.length < limit) this.#toCompare = null;
    return Promise.resolve(page);
  }

  finish(run: CancellationRun, now: Date): Promise<void> {
    const stored = this.find(run);
    if (stored !== undefined) stored.finishedAt ??= now;
    return Promise.resolve();
  }

  private endedBy({ showtimeId, showtimeVersion, kind, movedAt }: CancellationRun): string[] {
    const left = [...this.reservations.all.values()]
      .filter((state) => state.showtimeId === showtimeId && (kind === 'cancelled' || state.showtimeVersion < showtimeVersion))
      .filter((state) => isLive(state) || state.status === 'completed' || isKept(state))
      .filter(({ endedAt }) => kind === 'cancelled' || endedAt === null || (movedAt !== null && endedAt >= movedAt))
      .map(({ id }) => id);
    return left.sort();
  }

  private find({ showtimeId, showtimeVersion }: CancellationRun): StoredRun | undefined {
    return this.#all.find((stored) => stored.showtimeId === showtimeId && stored.showtimeVersion === showtimeVersion);
  }
}

function isLive({ status }: ReservationState): boolean {
  return status === 'held' || status === 'confirmed';
}

/** Cancelled, and not refunded in full. */
function isKept({ refundDue, total }: ReservationState): boolean {
  return refundDue !== null && refundDue < total;
}
