/** The cinema's own terms; the class is its injection token. All in milliseconds. */
export abstract class BookingTerms {
  abstract readonly holdFor: number;
  abstract readonly extendBy: number;
  /** Everything goes back until this long before the start, nothing after. */
  abstract readonly refundUntilBeforeStart: number;
  abstract readonly completeAfterEnd: number;
}
