/** Pauses between attempts that double up to a limit. */

export interface RetryPauses {
  readonly retryPauseMs: number;
  readonly retryPauseMaxMs: number;
}

/** Milliseconds to wait after so many failures in a row. Spread by a quarter, so that what failed together does not return together. */
export function backOffMs(failures: number, { retryPauseMs, retryPauseMaxMs }: RetryPauses): number {
  const pauseMs = Math.min(retryPauseMs * 2 ** Math.min(failures - 1, 30), retryPauseMaxMs);
  return Math.round(pauseMs * (0.75 + Math.random() / 2));
}
