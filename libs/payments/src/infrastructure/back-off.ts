/** Milliseconds to wait after so many failures in a row: doubling up to a limit, spread so that what failed together does not return together. */
export function backOff(failures: number, { retryPauseMs, retryPauseMaxMs }: { retryPauseMs: number; retryPauseMaxMs: number }): number {
  const pause = Math.min(retryPauseMs * 2 ** Math.min(failures - 1, 30), retryPauseMaxMs);
  return Math.round(pause * (0.75 + Math.random() / 2));
}
