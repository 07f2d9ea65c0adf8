/** Domain time. SQL `now()` and `Date.now()` are not domain time. */
export abstract class Clock {
  abstract now(): Date;

  /** By how many milliseconds domain time is ahead of real time: 0, unless it can be moved. A wrong clock of this machine changes it by nothing. */
  get offsetMs(): number {
    return 0;
  }
}
