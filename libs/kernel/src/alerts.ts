/** Stable: the rules of those who watch the log go by it. */
export type AlertCode =
  | 'outbox-row-parked'
  | 'message-dead'
  | 'webhook-parked'
  | 'webhook-disagrees'
  | 'payment-wrong-amount'
  | 'payment-not-settled'
  | 'refund-failed'
  | 'external-refund'
  | 'dispute-opened'
  | 'job-stuck'
  | 'orphaned-intent'
  | 'unhandled-rejection';

/** What a person must hear of. */
export abstract class Alerts {
  /** Raised once the transaction under way has committed; never for work that was rolled back. */
  abstract raise(code: AlertCode, message: string, details: Readonly<Record<string, unknown>>): void;
}
