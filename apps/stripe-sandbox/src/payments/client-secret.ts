import type { Stripe } from 'stripe';
import { ApiError, invalidRequest } from '../http/api-error.js';
import { publishableView } from './payment-intent.js';

/** With a publishable key the client secret is what proves whose intent it is. */
export function checkClientSecret(intent: Stripe.PaymentIntent, secret: string | undefined, publishable: boolean): void {
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

/** What a publishable key gets to see of a payment; intents inside refusals are narrowed too. */
export function seenWithPublishableKey(pay: () => Stripe.PaymentIntent | ApiError): object {
  try {
    const answer = pay();
    return answer instanceof ApiError ? narrowed(answer) : publishableView(answer);
  } catch (error) {
    throw error instanceof ApiError ? narrowed(error) : error;
  }
}

function narrowed(refusal: ApiError): ApiError {
  const intent = refusal.details.payment_intent;
  if (intent === undefined) return refusal;
  return new ApiError(refusal.status, refusal.type, refusal.message, { ...refusal.details, payment_intent: publishableView(intent) });
}
