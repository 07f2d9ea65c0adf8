/** The end of a process: what is in hand may finish, within one limit for all of it. */
import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds, so that closing the port and the pool after it still fits into the ten seconds a supervisor grants before it kills. */
const LIMIT = 7_500;
/** What ends last gets this much even if everything before it took its time. */
const LEAST = 1_000;

/** Made at the signal; everything that ends looks at its own, made at the same moment. */
export class ShutdownDeadline {
  readonly #since = performance.now();

  /** Milliseconds left. */
  get remainingMs(): number {
    return Math.max(LEAST, LIMIT - (performance.now() - this.#since));
  }

  get elapsedMs(): number {
    return performance.now() - this.#since;
  }

  /** Waits for work that was told to end; false when the limit came first. */
  async finished(work: Promise<unknown>): Promise<boolean> {
    const timer = new AbortController();
    try {
      return await Promise.race([work.then(() => true), pause(this.remainingMs, false, { signal: timer.signal })]);
    } finally {
      timer.abort();
    }
  }
}
