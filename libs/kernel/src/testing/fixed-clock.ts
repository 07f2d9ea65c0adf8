import { Clock } from '../clock.js';

/** A clock for specs. It stands still until `advance` is called. */
export class FixedClock extends Clock {
  #now: Date;

  constructor(now: Date | string = '2026-03-01T12:00:00Z') {
    super();
    this.#now = new Date(now);
  }

  now(): Date {
    return new Date(this.#now);
  }

  advance(milliseconds: number): void {
    this.#now = new Date(this.#now.getTime() + milliseconds);
  }
}
