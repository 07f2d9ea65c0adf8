import Stripe from 'stripe';
import { CardRefused, IdempotencyKeySpent, IdempotencyKeyInUse, OutcomeUnknown, TooManyCardRequests } from '../domain/card-payments.js';

/**
 * What an error of Stripe's SDK means for the one who asked (docs.stripe.com/error-low-level, docs.stripe.com/api/idempotent_requests).
 * Whatever is not certainly a refusal counts as unknown: the same key will tell.
 */
export function toCardPaymentError(error: unknown): Error {
  if (!(error instanceof Stripe.errors.StripeError)) return new OutcomeUnknown(String(error), { cause: error });
  const { statusCode: status, rawType, code, headers } = error;
  const said = `${error.type}${code === undefined ? '' : ` ${code}`}: ${error.message}`;
  if (rawType === 'idempotency_error') {
    return status === 409 ? new IdempotencyKeyInUse(said) : new IdempotencyKeySpent(said);
  }
  if (status === 409) return new IdempotencyKeyInUse(said);
  // A lock on the object, not on us: the same again in a moment.
  if (status === 429) return code === 'lock_timeout' ? new OutcomeUnknown(said) : new TooManyCardRequests(said);
  if (status === undefined) return new OutcomeUnknown(said, { cause: error });
  if (status >= 500) return headers?.['idempotent-replayed'] === 'true' ? new IdempotencyKeySpent(said) : new OutcomeUnknown(said);
  // Our key is wrong, not the request: nothing may be given up for that.
  if (status === 401 || status === 403) return new OutcomeUnknown(said);
  return new CardRefused(code ?? rawType ?? 'refused', error.message);
}
