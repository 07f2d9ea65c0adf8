/** A fault that lasts: one alert when it has lasted for long enough, and again from time to time, not at every sign of it. */
import { Logger } from '@nestjs/common';
import { alert } from './alert.js';

/** Often enough that a fault is not forgotten, seldom enough that its lines do not hide others. */
const REPEAT_MS = 15 * 60_000;

const logger = new Logger('Alert');

export class LastingFault {
  #since: number | null = null;
  #raisedAt: number | null = null;

  constructor(
    private readonly fault: { readonly code: string; readonly message: string; readonly afterMs: number },
    /** Milliseconds on a clock that is never set. */
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** 0: the fault is not there. */
  get seconds(): number {
    return this.#since === null ? 0 : (this.now() - this.#since) / 1_000;
  }

  /** Says that the fault is there. */
  report(details: Readonly<Record<string, unknown>>): void {
    const now = this.now();
    this.#since ??= now;
    const { code, message, afterMs } = this.fault;
    if (now - this.#since < afterMs || (this.#raisedAt !== null && now - this.#raisedAt < REPEAT_MS)) return;
    this.#raisedAt = now;
    alert(code, message, { ...details, lastsSeconds: Math.round((now - this.#since) / 1_000) });
  }

  /** Says that the fault is not there, or has ended. */
  clear(): void {
    if (this.#raisedAt !== null) logger.log({ over: this.fault.code }, 'The fault is over');
    this.#since = null;
    this.#raisedAt = null;
  }
}
