/** Where domain time comes from; SQL `now()` and `Date.now()` are never asked for it. */
export abstract class Clock {
  abstract now(): Date;
}
