import type { Database } from '../ledger/database.js';
import { ApiError, InvalidParameter } from './api-error.js';
import type { Endpoint, Request } from './endpoint.js';
import type { Expansion } from './expansion.js';

export interface Answer {
  status: number;
  body: string;
  /** False where nothing was executed: Stripe then keeps no idempotent result. */
  executed: boolean;
}

/** Stripe sends its JSON indented. */
export function json(body: object): string {
  return JSON.stringify(body, null, 2);
}

/** Runs an endpoint: all its effects or none, and always an answer. */
export class Execution {
  constructor(
    private readonly database: Database,
    private readonly expansion: Expansion,
    private readonly log: (line: string) => void,
  ) {}

  run(endpoint: Endpoint, request: Request, requestId: string): Answer {
    try {
      return this.database.transaction(() => {
        const { answer, expand } = endpoint.handle(request);
        if (answer instanceof ApiError) return refusal(answer, requestId);
        return { status: 200, body: json(this.expansion.expand(answer, expand)), executed: true };
      });
    } catch (error) {
      if (error instanceof ApiError) return refusal(error, requestId);
      this.log(`${endpoint.method} ${endpoint.path} ${requestId}: ${error instanceof Error ? error.stack : String(error)}`);
      return serverError(requestId);
    }
  }
}

export function serverError(requestId: string): Answer {
  return refusal(new ApiError(500, 'api_error', 'An unknown error occurred.'), requestId);
}

function refusal(error: ApiError, requestId: string): Answer {
  return { status: error.status, body: json(error.body(requestId)), executed: !(error instanceof InvalidParameter) };
}
