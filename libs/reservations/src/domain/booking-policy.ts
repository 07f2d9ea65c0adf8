/** How long holds last, how many there may be, and what a cancellation refunds. Times in milliseconds; the class is its injection token. */
export abstract class BookingPolicy {
  abstract readonly holdMs: number;
  abstract readonly extensionMs: number;
  /** A cancellation refunds everything until this long before the start, later nothing. */
  abstract readonly refundUntilBeforeStartMs: number;
  abstract readonly completeAfterEndMs: number;
  /** Customers are admitted from this long before the start until the end. */
  abstract readonly admitBeforeStartMs: number;
  /** Live holds of one customer for all showtimes together; 0 is no limit. */
  abstract readonly maxHoldsPerCustomer: number;
  /** How long one customer may keep seats of a showtime without paying, within 24 hours, all ended holds together; 0 is no limit. */
  abstract readonly maxUnpaidHoldMs: number;
}
