import type { Stripe } from 'stripe';
import { ApiError, invalidRequest } from '../http/api-error.js';
import { toPublishableView } from './payment-intent.js';

/** Throws ApiError when the secret is wrong. With a publishable key it must be present, because it proves that the intent is the caller's. */
export function assertClientSecret(
  intent: Stripe.PaymentIntent,
  { secret, publishable }: { secret: string | undefined; publishable: boolean },
): void {
  if (secret === undefined && publishable) {
    throw invalidRequest('Missing required param: client_secret.', { code: 'parameter_missing', param: 'client_secret' });
  }
  if (secret !== undefined && secret !== intent.client_secret) {
    throw invalidRequest('The client_secret provided does not match the client_secret associated with the PaymentIntent.', {
      code: 'payment_intent_invalid_parameter',
      param: 'client_secret',
    });
  }
}

/** Runs `pay`. Its result, and the intent in an error, contain only the fields that a publishable key can read. */
export function toPublishableResult(pay: () => Stripe.PaymentIntent | ApiError): object {
  try {
    const result = pay();
    return result instanceof ApiError ? withPublishableIntent(result) : toPublishableView(result);
  } catch (error) {
    throw error instanceof ApiError ? withPublishableIntent(error) : error;
  }
}

function withPublishableIntent(error: ApiError): ApiError {
  const intent = error.details.payment_intent;
  if (intent === undefined) return error;
  return new ApiError(error.status, error.type, error.message, { ...error.details, payment_intent: toPublishableView(intent) });
}
