import type { Database } from '../ledger/database.js';
import { ApiError, InvalidParameter } from './api-error.js';
import type { Endpoint, EndpointRequest } from './endpoint.js';
import type { FieldExpander } from './field-expander.js';

export interface EndpointResult {
  status: number;
  body: string;
  /** False when nothing was executed. Stripe then stores no idempotent result. */
  executed: boolean;
}

/** Returns JSON with indentation, as Stripe sends it. */
export function toJson(body: object): string {
  return JSON.stringify(body, null, 2);
}

/** Runs an endpoint in a transaction and turns its result or error into a response. */
export class EndpointRunner {
  constructor(
    private readonly database: Database,
    private readonly expander: FieldExpander,
    private readonly log: (line: string) => void,
  ) {}

  /** Never throws: an unexpected error becomes a 500 and is logged. */
  run(endpoint: Endpoint, request: EndpointRequest, requestId: string): EndpointResult {
    try {
      return this.database.transaction(() => {
        const { result, expand } = endpoint.handle(request);
        if (result instanceof ApiError) return errorResult(result, requestId);
        return { status: 200, body: toJson(this.expander.expand(result, expand)), executed: true };
      });
    } catch (error) {
      if (error instanceof ApiError) return errorResult(error, requestId);
      this.log(`${endpoint.method} ${endpoint.path} ${requestId} failed: ${error instanceof Error ? error.stack : String(error)}`);
      return serverError(requestId);
    }
  }
}

export function serverError(requestId: string): EndpointResult {
  return errorResult(new ApiError(500, 'api_error', 'An unknown error occurred.'), requestId);
}

/** Of a refund that the balance of the account does not cover. */
export function balanceTooLow(requestId: string): EndpointResult {
  const text = 'Insufficient funds in your Stripe balance to refund this amount.';
  return errorResult(new ApiError(400, 'invalid_request_error', text, { message_code: 'insufficient_balance_for_refund' }), requestId);
}

function errorResult(error: ApiError, requestId: string): EndpointResult {
  return { status: error.status, body: toJson(error.body(requestId)), executed: !(error instanceof InvalidParameter) };
}
