/** Work that ends the reservations of one showtime, because it was cancelled or moved. */
export interface CancellationRun {
  readonly showtimeId: string;
  readonly showtimeVersion: number;
  /** `cancelled` ends every live reservation. `moved` ends those held on a version below `showtimeVersion`. */
  readonly kind: 'cancelled' | 'moved';
  readonly reason: string | null;
}

export abstract class CancellationRuns {
  /**
   * Updates the sales status and stores the run, in one transaction that no hold of the showtime overlaps.
   * Repeated or out of order, it changes nothing.
   */
  abstract begin(run: CancellationRun, now: Date): Promise<void>;

  /** Runs that are not finished, oldest first. */
  abstract unfinished(): Promise<CancellationRun[]>;

  /** Ids of live reservations that the run ends. */
  abstract remaining(run: CancellationRun, limit: number): Promise<string[]>;

  abstract finish(run: CancellationRun, now: Date): Promise<void>;
}
