import Stripe from 'stripe';
import { CardRefused, IdempotencyKeySpent, IdempotencyKeyInUse, OutcomeUnknown, TooManyCardRequests } from '../domain/card-payments.js';
import { toCardPaymentError } from './stripe-errors.js';

function said(statusCode: number, type: string, code?: string, headers: Record<string, string> = {}): Error {
  const raw = { statusCode, type, message: 'words', headers, ...(code === undefined ? {} : { code }) };
  return toCardPaymentError(Stripe.errors.StripeError.generate(raw as unknown as Parameters<typeof Stripe.errors.StripeError.generate>[0]));
}

describe('What Stripe answers', () => {
  it('is a refusal when the request was wrong', () => {
    expect(said(400, 'invalid_request_error', 'amount_too_small')).toMatchObject({ constructor: CardRefused, code: 'amount_too_small' });
    expect(said(404, 'invalid_request_error', 'resource_missing')).toBeInstanceOf(CardRefused);
    expect(said(402, 'card_error', 'card_declined')).toBeInstanceOf(CardRefused);
  });

  it('is unknown when Stripe failed, could not be reached, or locked the object', () => {
    expect(said(500, 'api_error')).toMatchObject({ constructor: OutcomeUnknown });
    expect(said(429, 'invalid_request_error', 'lock_timeout')).toMatchObject({ constructor: OutcomeUnknown });
    expect(toCardPaymentError(new Stripe.errors.StripeConnectionError({ message: 'cut', type: 'api_error' } as never))).toMatchObject({
      constructor: OutcomeUnknown,
    });
    expect(toCardPaymentError(new TypeError('anything'))).toMatchObject({ constructor: OutcomeUnknown });
  });

  it('burns the key when it replays a failure, or belongs to another request', () => {
    expect(said(500, 'api_error', undefined, { 'idempotent-replayed': 'true' })).toBeInstanceOf(IdempotencyKeySpent);
    expect(said(400, 'idempotency_error')).toBeInstanceOf(IdempotencyKeySpent);
  });

  it('asks to wait when the key is in use, or too much was asked', () => {
    expect(said(409, 'idempotency_error', 'idempotency_key_in_use')).toBeInstanceOf(IdempotencyKeyInUse);
    expect(said(429, 'invalid_request_error', 'rate_limit')).toBeInstanceOf(TooManyCardRequests);
  });

  it('gives nothing up because our own key is wrong', () => {
    expect([said(401, 'invalid_request_error'), said(403, 'invalid_request_error')].every((error) => error instanceof OutcomeUnknown)).toBe(
      true,
    );
  });
});
