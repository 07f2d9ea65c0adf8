import { type CancellationRun, CancellationRuns } from '../domain/cancellation-runs.js';
import { OPEN_SALES } from '../domain/situations.js';
import type { InMemoryReservations } from './in-memory-reservations.js';

interface StoredRun extends CancellationRun {
  readonly startedAt: Date;
  finishedAt: Date | null;
}

/** Cancellation runs for specs. They share the sales statuses with the reservations. */
export class InMemoryCancellationRuns extends CancellationRuns {
  readonly #all: StoredRun[] = [];

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
    return Promise.resolve(left.map(({ showtimeId, showtimeVersion, kind, reason }) => ({ showtimeId, showtimeVersion, kind, reason })));
  }

  remaining({ showtimeId, showtimeVersion, kind }: CancellationRun, limit: number): Promise<string[]> {
    const left = this.reservations
      .live()
      .filter((state) => state.showtimeId === showtimeId && (kind === 'cancelled' || state.showtimeVersion < showtimeVersion))
      .map(({ id }) => id);
    return Promise.resolve(left.sort().slice(0, limit));
  }

  finish(run: CancellationRun, now: Date): Promise<void> {
    const stored = this.find(run);
    if (stored !== undefined) stored.finishedAt ??= now;
    return Promise.resolve();
  }

  private find({ showtimeId, showtimeVersion }: CancellationRun): StoredRun | undefined {
    return this.#all.find((stored) => stored.showtimeId === showtimeId && stored.showtimeVersion === showtimeVersion);
  }
}
