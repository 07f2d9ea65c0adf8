import Stripe from 'stripe';
import {
  ApiKeyRefused,
  CardRefused,
  IdempotencyKeyInUse,
  IdempotencyKeySpent,
  OutcomeUnknown,
  TooManyCardRequests,
} from '../domain/card-payments.js';

/**
 * Translates an error of Stripe's SDK (docs.stripe.com/error-low-level, docs.stripe.com/api/idempotent_requests).
 * What is not certainly a refusal has an unknown outcome, because the same key will tell.
 */
export function toCardPaymentError(error: unknown): Error {
  if (!(error instanceof Stripe.errors.StripeError)) return new OutcomeUnknown(String(error), { cause: error });
  const { statusCode: status, rawType, code, headers } = error;
  const message = `${error.type}${code === undefined ? '' : ` ${code}`}: ${error.message}`;
  if (rawType === 'idempotency_error') {
    return status === 409 ? new IdempotencyKeyInUse(message) : new IdempotencyKeySpent(message);
  }
  if (status === 409) return new IdempotencyKeyInUse(message);
  // A `lock_timeout` is about the object, not about how much we ask: the same request succeeds a moment later.
  if (status === 429) return code === 'lock_timeout' ? new OutcomeUnknown(message) : new TooManyCardRequests(message);
  if (status === undefined) return new OutcomeUnknown(message, { cause: error });
  if (status >= 500) {
    return headers?.['idempotent-replayed'] === 'true' ? new IdempotencyKeySpent(message) : new OutcomeUnknown(message);
  }
  // Our API key is wrong, not the request: nothing may be given up for that.
  if (status === 401 || status === 403) return new ApiKeyRefused(message);
  return new CardRefused(code ?? rawType ?? 'refused', error.message);
}
