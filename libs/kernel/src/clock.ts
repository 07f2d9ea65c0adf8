/** Domain time. SQL `now()` and `Date.now()` are not domain time. */
export abstract class Clock {
  abstract now(): Date;
}
