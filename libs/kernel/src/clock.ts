/** Where domain time comes from; SQL `now()` and `Date.now()` are never asked for it. */
export abstract class Clock {
  abstract now(): Date;
}

/** Stands still until told to move: for specs. */
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
