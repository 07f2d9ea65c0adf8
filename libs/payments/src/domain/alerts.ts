/** What a person must hear of. */
export abstract class Alerts {
  /** Raised once the transaction under way has committed. */
  abstract raise(
    code:
      | 'webhook-parked'
      | 'webhook-disagrees'
      | 'payment-wrong-amount'
      | 'refund-failed'
      | 'external-refund'
      | 'dispute-opened'
      | 'due-row-stuck'
      | 'orphaned-intent',
    message: string,
    details: Readonly<Record<string, unknown>>,
  ): void;
}
