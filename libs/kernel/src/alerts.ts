/** An error that a person must look at. */
export abstract class Alerts {
  /**
   * Raises an alert once the active transaction has committed, and never for work that was rolled back. Each context declares its codes.
   * A code is stable: the rules that watch the log use it.
   */
  abstract raise(code: string, message: string, details: Readonly<Record<string, unknown>>): void;
}
