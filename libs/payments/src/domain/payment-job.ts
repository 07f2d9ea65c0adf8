/** What a payment needs done after its transaction, most of it at Stripe. */
export interface PaymentJob {
  readonly kind:
    | 'payments.open-payment'
    | 'payments.cancel-payment'
    | 'payments.cancel-intent'
    | 'payments.submit-refund'
    | 'payments.request-refunds-of-payment';
  /** The id of the payment, of the intent or of the refund. */
  readonly subject: string;
  /** True: under the next idempotency key. */
  readonly nextKey?: boolean;
  /** Not before this time has passed. */
  readonly delayMs?: number;
}
