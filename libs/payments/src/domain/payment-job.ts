/** What a payment needs done at Stripe after its transaction. */
export interface PaymentJob {
  readonly kind: 'payments.open-payment' | 'payments.cancel-payment' | 'payments.cancel-intent' | 'payments.submit-refund';
  /** The id of the payment, of the intent or of the refund. */
  readonly subject: string;
  /** True: under the next idempotency key. */
  readonly nextKey?: boolean;
}
