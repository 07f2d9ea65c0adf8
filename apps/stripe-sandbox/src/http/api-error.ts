import type { Stripe } from 'stripe';

type ErrorType = 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';

/** The members of Stripe's `error` object, besides `type` and `message`. */
interface ErrorDetails {
  code?: string;
  /** Of some refusals without a code. */
  message_code?: string;
  param?: string;
  decline_code?: string;
  advice_code?: string;
  charge?: string;
  payment_intent?: Partial<Stripe.PaymentIntent>;
  payment_method?: Stripe.PaymentMethod;
  payment_method_type?: string;
}

/** An error response with the status and body that Stripe sends. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly type: ErrorType,
    message: string,
    readonly details: ErrorDetails = {},
  ) {
    super(message);
  }

  body(requestId: string): { error: object } {
    const { code } = this.details;
    return {
      error: {
        ...this.details,
        ...(code === undefined ? {} : { doc_url: docUrl(code) }),
        message: this.message,
        request_log_url: `https://dashboard.stripe.com/test/logs/${requestId}`,
        type: this.type,
      },
    };
  }
}

export function docUrl(code: string): string {
  return `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`;
}

/** A parameter error. The endpoint is not executed, and Stripe stores no idempotent result. */
export class InvalidParameter extends ApiError {
  constructor(message: string, { param, code }: { param?: string | undefined; code?: string } = {}) {
    super(400, 'invalid_request_error', message, { ...(code === undefined ? {} : { code }), ...(param === undefined ? {} : { param }) });
  }
}

export function invalidRequest(message: string, details: ErrorDetails = {}): ApiError {
  return new ApiError(400, 'invalid_request_error', message, details);
}

/** Use 404 for an object in the path, and 400 for an object in a parameter. */
export function noSuchObject(kind: string, id: string, { param, status = 404 }: { param: string; status?: 400 | 404 }): ApiError {
  return new ApiError(status, 'invalid_request_error', `No such ${kind}: '${id}'`, { code: 'resource_missing', param });
}

export function unexpectedState(message: string, paymentIntent: Stripe.PaymentIntent): ApiError {
  return invalidRequest(message, { code: 'payment_intent_unexpected_state', payment_intent: paymentIntent });
}

export function unrecognizedUrl(method: string, path: string): ApiError {
  return new ApiError(
    404,
    'invalid_request_error',
    `Unrecognized request URL (${method}: ${path}). If you are trying to list objects, remove the trailing slash. ` +
      'If you are trying to retrieve an object, make sure you passed a valid (non-empty) identifier in your code. ' +
      'Please see https://stripe.com/docs or we can help at https://support.stripe.com/.',
  );
}
