import Stripe from 'stripe';
import {
  BalanceTooLow,
  CardRefused,
  IdempotencyKeySpent,
  IdempotencyKeyInUse,
  OutcomeUnknown,
  ServerFailure,
  TooManyCardRequests,
} from '../domain/card-payments.js';
import { toCardPaymentError } from './stripe-errors.js';

const balance = (own: object): Error =>
  toCardPaymentError(
    Stripe.errors.StripeError.generate({
      statusCode: 400,
      type: 'invalid_request_error',
      message: 'text',
      ...own,
    } as unknown as Parameters<typeof Stripe.errors.StripeError.generate>[0]),
  );

function answered(statusCode: number, type: string, code?: string, headers: Record<string, string> = {}): Error {
  const raw = { statusCode, type, message: 'text', headers, ...(code === undefined ? {} : { code }) };
  return toCardPaymentError(Stripe.errors.StripeError.generate(raw as unknown as Parameters<typeof Stripe.errors.StripeError.generate>[0]));
}

describe('toCardPaymentError', () => {
  it('a wrong request is a refusal', () => {
    expect(answered(400, 'invalid_request_error', 'amount_too_small')).toMatchObject({
      constructor: CardRefused,
      code: 'amount_too_small',
    });
    expect(answered(404, 'invalid_request_error', 'resource_missing')).toBeInstanceOf(CardRefused);
    expect(answered(402, 'card_error', 'card_declined')).toBeInstanceOf(CardRefused);
  });

  it('a refund that the balance does not cover is a refusal that passes', () => {
    for (const own of [
      { message_code: 'insufficient_balance_for_refund' },
      { code: 'balance_insufficient' },
      { code: 'insufficient_funds' },
      { message: 'Insufficient funds in your Stripe balance to refund this amount.' },
    ])
      expect(balance(own)).toMatchObject({ constructor: BalanceTooLow });
    expect(answered(402, 'card_error', 'insufficient_funds')).toMatchObject({ constructor: CardRefused });
    expect(balance({ message_code: 'insufficient_balance_for_refund' })).toMatchObject({ code: 'insufficient_balance_for_refund' });
  });

  it('a failure, a cut connection or a locked object has an unknown outcome', () => {
    expect(answered(500, 'api_error')).toMatchObject({ constructor: ServerFailure });
    expect(answered(429, 'invalid_request_error', 'lock_timeout')).toMatchObject({ constructor: OutcomeUnknown });
    expect(toCardPaymentError(new Stripe.errors.StripeConnectionError({ message: 'cut', type: 'api_error' } as never))).toMatchObject({
      constructor: OutcomeUnknown,
    });
    expect(toCardPaymentError(new TypeError('anything'))).toMatchObject({ constructor: OutcomeUnknown });
  });

  it('a key that replays a failure, or belongs to another request, is spent', () => {
    expect(answered(500, 'api_error', undefined, { 'idempotent-replayed': 'true' })).toBeInstanceOf(IdempotencyKeySpent);
    expect(answered(400, 'idempotency_error')).toBeInstanceOf(IdempotencyKeySpent);
  });

  it('a refusal that is a repetition tells what was true once, so its key is spent', () => {
    const refusal = (headers: Record<string, string>) => answered(400, 'invalid_request_error', 'charge_already_refunded', headers);
    expect(refusal({ 'idempotent-replayed': 'true' })).toBeInstanceOf(IdempotencyKeySpent);
    expect(refusal({ 'request-id': 'req_2', 'original-request': 'req_1' })).toBeInstanceOf(IdempotencyKeySpent);
    expect(refusal({ 'request-id': 'req_1', 'original-request': 'req_1' })).toMatchObject({ constructor: CardRefused });
    expect(refusal({ 'stripe-should-retry': 'false' })).toMatchObject({ constructor: CardRefused });
  });

  it('only 400, 402 and 404 are refusals', () => {
    for (const status of [408, 424, 425, 418])
      expect(answered(status, 'invalid_request_error')).toMatchObject({ constructor: OutcomeUnknown });
  });

  it('rate limits, locked objects and keys in use are known by code, with any status', () => {
    expect(answered(400, 'invalid_request_error', 'rate_limit')).toBeInstanceOf(TooManyCardRequests);
    expect(answered(400, 'rate_limit_error')).toBeInstanceOf(TooManyCardRequests);
    expect(answered(400, 'invalid_request_error', 'lock_timeout')).toMatchObject({ constructor: OutcomeUnknown });
    expect(answered(400, 'idempotency_error', 'idempotency_key_in_use')).toBeInstanceOf(IdempotencyKeyInUse);
  });

  it('a refusal tells whether it is about the amount', () => {
    const about = (own: object) => (balance(own) as CardRefused).isAboutAmount;
    expect([about({ param: 'amount' }), about({ code: 'amount_too_large' }), about({ param: 'currency' })]).toEqual([true, true, true]);
    expect([about({ param: 'automatic_payment_methods' }), about({ code: 'parameter_unknown', param: 'metadata' }), about({})]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('a failure is a repetition where any of its headers says so', () => {
    const failure = (headers: Record<string, string>) => answered(500, 'api_error', undefined, headers);
    expect(failure({ 'request-id': 'req_2', 'original-request': 'req_1' })).toBeInstanceOf(IdempotencyKeySpent);
    expect(failure({ 'stripe-should-retry': 'false' })).toBeInstanceOf(IdempotencyKeySpent);
    expect(failure({ 'request-id': 'req_1', 'original-request': 'req_1' })).toMatchObject({ constructor: ServerFailure });
    expect(failure({ 'request-id': 'req_1', 'stripe-should-retry': 'true' })).toMatchObject({ constructor: ServerFailure });
  });

  it('a key in use is no rate limit', () => {
    expect(answered(409, 'idempotency_error', 'idempotency_key_in_use')).toBeInstanceOf(IdempotencyKeyInUse);
    expect(answered(429, 'invalid_request_error', 'rate_limit')).toBeInstanceOf(TooManyCardRequests);
  });

  it('a wrong API key is no refusal', () => {
    expect(
      [answered(401, 'invalid_request_error'), answered(403, 'invalid_request_error')].every((error) => error instanceof OutcomeUnknown),
    ).toBe(true);
  });
});
