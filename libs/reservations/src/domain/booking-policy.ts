/** The cinema's own terms; the class is its injection token. All in milliseconds. */
export abstract class BookingPolicy {
  abstract readonly holdMs: number;
  abstract readonly extensionMs: number;
  /** Everything goes back until this long before the start, nothing after. */
  abstract readonly refundUntilBeforeStartMs: number;
  abstract readonly completeAfterEndMs: number;
}
