import type { Reservation } from './reservation.js';
import type { RunKind } from './reservation-state.js';
import type { SalesStatus } from './sales-status.js';

/** Work that ends the reservations of one showtime, because it was cancelled or moved. */
export interface CancellationRun {
  readonly showtimeId: string;
  readonly showtimeVersion: number;
  /** `cancelled`: nothing is kept of any reservation. `moved`: nothing of those on a version below `showtimeVersion` that were live at the move. */
  readonly kind: RunKind;
  /** When it was moved. Null for a cancelled showtime. */
  readonly movedAt: Date | null;
  readonly reason: string | null;
}

export abstract class CancellationRuns {
  /**
   * Updates the sales status and stores the run, in one transaction that no decision about the showtime overlaps.
   * Repeated or out of order, it changes nothing.
   */
  abstract begin(run: CancellationRun, now: Date): Promise<void>;

  /** Runs that are not finished, oldest first. */
  abstract unfinished(): Promise<CancellationRun[]>;

  /**
   * Ids of reservations that the run has not handled yet, without those in `except`. With `candidateCount`, a random choice of the first `candidateCount` ids, so
   * that workers which share the run rarely choose the same ones.
   */
  abstract remaining(
    run: CancellationRun,
    page: { readonly except?: readonly string[]; readonly limit: number; readonly candidateCount?: number },
  ): Promise<string[]>;

  /** The reservations that a run would end or owe more for, by id after `afterId`. Locks nothing. */
  abstract affected(run: CancellationRun, page: { readonly afterId: string | null; readonly limit: number }): Promise<Reservation[]>;

  abstract finish(run: CancellationRun, now: Date): Promise<void>;

  /** The sales statuses of these showtimes, as reservations knows them. One that was never moved or cancelled is left out. */
  abstract salesStatuses(showtimeIds: readonly string[]): Promise<Map<string, SalesStatus>>;

  /**
   * The next showtimes to compare with what the showtimes context says: those with a live reservation, or with one that was cancelled and not refunded in
   * full. All workers share one position. Empty at the end of a pass; the next one begins `passMs` after the last began.
   */
  abstract nextToCompare(query: { now: Date; passMs: number; limit: number }): Promise<string[]>;
}
