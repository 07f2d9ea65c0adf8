/** How far the look for settled money nobody has judged has come. */
export abstract class Judging {
  /** When the newest payment settled up to which every one known then was judged. */
  abstract judgedUntil(): Promise<Date>;

  /** Moves that point on; never back. `settledAt` is an ISO instant. */
  abstract remember(settledAt: string): Promise<void>;

  /** Which of these payments have no outcome yet. */
  abstract unjudged(paymentIds: readonly string[]): Promise<Set<string>>;
}
