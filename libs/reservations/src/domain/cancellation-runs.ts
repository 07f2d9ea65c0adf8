/** A showtime that was cancelled as a whole, or moved: then reservations on terms older than `showtimeVersion` end. */
export interface CancellationRun {
  readonly showtimeId: string;
  readonly showtimeVersion: number;
  /** Cancelled, not moved: every reservation ends, whatever its terms. */
  readonly whole: boolean;
  readonly reason: string | null;
}

/** Runs that end the reservations of a cancelled or moved showtime, one after another, until none is left. */
export abstract class CancellationRuns {
  /**
   * Closes the sales (or raises the version they go by) and writes the run, in one transaction that no hold can overlap.
   * Harmless when repeated or out of order.
   */
  abstract begin(run: CancellationRun, now: Date): Promise<void>;

  /** Runs with work left, oldest first. */
  abstract unfinished(): Promise<CancellationRun[]>;

  /** Ids of reservations the run has yet to end. */
  abstract remaining(run: CancellationRun, limit: number): Promise<string[]>;

  abstract finish(run: CancellationRun, now: Date): Promise<void>;
}
