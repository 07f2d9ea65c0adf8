/** How far the search for payments without an outcome has come. */
export abstract class SettlementWatermark {
  /** The time up to which every payment that was known then has an outcome. */
  abstract read(): Promise<Date>;

  /** Moves the watermark forward, never back. `settledAt` is an ISO instant. */
  abstract advanceTo(settledAt: string): Promise<void>;

  /** Puts the watermark back at the epoch, so that the next search looks at every payment. */
  abstract reset(): Promise<void>;

  /** Of these payments, those that have no outcome yet. */
  abstract outstanding(paymentIds: readonly string[]): Promise<Set<string>>;
}
