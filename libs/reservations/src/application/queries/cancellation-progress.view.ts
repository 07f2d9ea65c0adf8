export class CancellationProgressView {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b14" */
  showtimeId!: string;
  /** @example "running" */
  status!: 'running' | 'finished';
  /**
   * The showtime was cancelled rather than moved.
   * @example true
   */
  whole!: boolean;
  /**
   * What the admin gave as the reason; null without one.
   * @example "The projector broke."
   */
  reason!: string | null;
  /**
   * Reservations to end or to refund when the run began.
   * @example 120
   */
  total!: number;
  /**
   * Reservations that the run has still to end or to refund.
   * @example 20
   */
  remaining!: number;
  /** @example "2026-11-21T18:00:00.000Z" */
  startedAt!: string;
  /** @example null */
  finishedAt!: string | null;
}
