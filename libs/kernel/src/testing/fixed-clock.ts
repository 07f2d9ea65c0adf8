import { Clock } from '../clock.js';

/** A clock for specs. It stands still until `advance` is called. */
export class FixedClock extends Clock {
  #now: Date;
  #offsetMs: number;

  constructor(now: Date | string = '2026-03-01T12:00:00Z') {
    super();
    this.#now = new Date(now);
    this.#offsetMs = this.#now.getTime() - Date.now();
  }

  now(): Date {
    return new Date(this.#now);
  }

  /** For the clock of a database, which goes on. */
  override get offsetMs(): number {
    return this.#offsetMs;
  }

  advance(milliseconds: number): void {
    this.#offsetMs += milliseconds;
    this.#now = new Date(this.#now.getTime() + milliseconds);
  }
}
