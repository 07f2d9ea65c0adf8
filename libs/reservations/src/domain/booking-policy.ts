/** How long holds last and what a cancellation refunds. In milliseconds; the class is its injection token. */
export abstract class BookingPolicy {
  abstract readonly holdMs: number;
  abstract readonly extensionMs: number;
  /** A cancellation refunds everything until this long before the start, later nothing. */
  abstract readonly refundUntilBeforeStartMs: number;
  abstract readonly completeAfterEndMs: number;
}
