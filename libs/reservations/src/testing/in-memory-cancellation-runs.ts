import { type CancellationRun, CancellationRuns } from '../domain/cancellation-runs.js';
import type { InMemoryReservations } from './in-memory-reservations.js';

interface Kept extends CancellationRun {
  readonly startedAt: Date;
  finishedAt: Date | null;
}

export class InMemoryCancellationRuns extends CancellationRuns {
  readonly all: Kept[] = [];

  constructor(private readonly reservations: InMemoryReservations) {
    super();
  }

  begin(run: CancellationRun, now: Date): Promise<void> {
    const { showtimeId, showtimeVersion, kind } = run;
    const { closed, version } = this.reservations.salesStatuses.get(showtimeId) ?? { closed: false, version: 0 };
    this.reservations.salesStatuses.set(showtimeId, {
      closed: closed || kind === 'cancelled',
      version: Math.max(version, showtimeVersion),
    });
    if (this.find(run) === undefined) this.all.push({ ...run, startedAt: now, finishedAt: null });
    return Promise.resolve();
  }

  unfinished(): Promise<CancellationRun[]> {
    const left = this.all.filter(({ finishedAt }) => finishedAt === null);
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
    const kept = this.find(run);
    if (kept !== undefined) kept.finishedAt ??= now;
    return Promise.resolve();
  }

  private find({ showtimeId, showtimeVersion }: CancellationRun): Kept | undefined {
    return this.all.find((kept) => kept.showtimeId === showtimeId && kept.showtimeVersion === showtimeVersion);
  }
}
