/** How far the search for refunds that are owed and not requested has come. */
export abstract class OwedRefundsWatermark {
  /** The time up to which every refund that was owed then is requested. */
  abstract read(): Promise<Date>;

  /** Moves the watermark forward, never back. `owedAt` is an ISO instant. */
  abstract advanceTo(owedAt: string): Promise<void>;

  /** Puts the watermark back at the epoch, so that the next search looks at every refund. */
  abstract reset(): Promise<void>;
}
