import Stripe from 'stripe';
import {
  ApiKeyRefused,
  BalanceTooLow,
  CardRefused,
  IdempotencyKeyInUse,
  IdempotencyKeySpent,
  OutcomeUnknown,
  ServerFailure,
  TooManyCardRequests,
} from '../domain/card-payments.js';

/** Other 4xx are of proxies, or of a server that Stripe depends on (424): docs.stripe.com/api/errors. */
const REFUSALS = new Set([400, 402, 404]);
/** Of older versions of the API. */
const RATE_LIMIT_TYPE: string = 'rate_limit_error';
/** Of a refund that the balance does not cover. `code` may be missing: then `message_code`, or the text, says so. docs.stripe.com/error-codes */
const BALANCE_CODES = new Set(['insufficient_balance_for_refund', 'balance_insufficient', 'insufficient_funds']);
const BALANCE_TEXT = /insufficient funds in your stripe balance/i;

/**
 * Translates an error of Stripe's SDK (docs.stripe.com/error-low-level, docs.stripe.com/api/idempotent_requests).
 * What is not certainly a refusal has an unknown outcome, because the same key will tell.
 */
export function toCardPaymentError(error: unknown): Error {
  if (!(error instanceof Stripe.errors.StripeError)) return new OutcomeUnknown(String(error), { cause: error });
  const { statusCode: status, rawType, code, param, headers } = error;
  const message = `${error.type}${code === undefined ? '' : ` ${code}`}: ${error.message}`;
  if (status === 409 || code === 'idempotency_key_in_use') return new IdempotencyKeyInUse(message);
  if (rawType === 'idempotency_error') return new IdempotencyKeySpent(message);
  // It is about the object, not about how much we ask: the same request succeeds a moment later.
  if (code === 'lock_timeout') return new OutcomeUnknown(message);
  if (status === 429 || code === 'rate_limit' || rawType === RATE_LIMIT_TYPE) return new TooManyCardRequests(message);
  if (status === undefined) return new OutcomeUnknown(message, { cause: error });
  if (status >= 500) return isStored(headers) ? new IdempotencyKeySpent(message) : new ServerFailure(message);
  // Our API key is wrong, not the request: nothing may be given up for that.
  if (status === 401 || status === 403) return new ApiKeyRefused(message);
  if (!REFUSALS.has(status)) return new OutcomeUnknown(message);
  // It says what was true at the first answer, which was lost: an external refund may have failed since, or a dispute been won.
  if (isRepetition(headers)) return new IdempotencyKeySpent(message);
  const { message_code: messageCode } = error.raw as { message_code?: string };
  const reason = code ?? messageCode ?? rawType ?? 'refused';
  const isBalance = rawType === 'invalid_request_error' && (BALANCE_CODES.has(reason) || BALANCE_TEXT.test(error.message));
  return new (isBalance ? BalanceTooLow : CardRefused)(reason, error.message, param ?? null);
}

/** Whether the same key would be answered, or is answered already, with what is stored for it. Not every server that speaks as Stripe sends each header. */
function isStored(headers: Readonly<Record<string, string>> = {}): boolean {
  return isRepetition(headers) || headers['stripe-should-retry'] === 'false';
}

/** Whether it is the stored answer to an earlier request with this key. */
function isRepetition(headers: Readonly<Record<string, string>> = {}): boolean {
  const { 'original-request': original, 'request-id': request } = headers;
  const isAnotherRequest = original !== undefined && request !== undefined && original !== request;
  return headers['idempotent-replayed'] === 'true' || isAnotherRequest;
}
