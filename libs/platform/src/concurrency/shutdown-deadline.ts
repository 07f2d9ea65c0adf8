/** The deadline of a shutdown: work in progress may finish, within one limit for all of it. */
import { setTimeout as pause } from 'node:timers/promises';

/** A supervisor kills after ten seconds: this leaves time to close the port and the pool. */
const LIMIT_MS = 7_500;
/** The last work gets this much even if everything before it used its time. */
const MINIMUM_MS = 1_000;

/** Created at the signal. Everything that ends has one of its own, created at the same moment. */
export class ShutdownDeadline {
  readonly #startedAt = performance.now();

  /** `afterMs`: for how long the process takes new work after the signal. */
  constructor(private readonly afterMs = 0) {}

  get remainingMs(): number {
    return Math.max(MINIMUM_MS, this.afterMs + LIMIT_MS - this.elapsedMs);
  }

  get elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  /** Waits for work that was asked to end. Returns false when the deadline came first. */
  async finished(work: Promise<unknown>): Promise<boolean> {
    const timer = new AbortController();
    try {
      return await Promise.race([work.then(() => true), pause(this.remainingMs, false, { signal: timer.signal })]);
    } finally {
      timer.abort();
    }
  }
}
