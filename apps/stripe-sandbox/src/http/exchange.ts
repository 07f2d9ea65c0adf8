import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiFault } from '../faults/fault-settings.js';
import type { Faults } from '../faults/faults.js';
import type { Database } from '../ledger/database.js';
import { ApiError } from './api-error.js';
import type { Endpoint, Request } from './endpoint.js';
import { serverError, type Execution } from './execution.js';
import { canonical } from './form.js';
import type { IdempotencyKeys, KeyedRequest } from './idempotency-keys.js';

export interface Inquiry {
  endpoint: Endpoint;
  request: Request;
  path: string;
  requestId: string;
  key: string | undefined;
  response: ServerResponse;
}

/** What goes back; `originalRequestId` is set where an idempotency key keeps the answer. */
export interface Reply {
  status: number;
  body: string;
  originalRequestId?: string;
  replayed?: true;
}

/** One request on its way through idempotency, the faults asked for, and its endpoint. */
export class Exchange {
  constructor(
    private readonly database: Database,
    private readonly keys: IdempotencyKeys,
    private readonly faults: Faults,
    private readonly execution: Execution,
  ) {}

  /** Undefined when the connection was cut instead. Throws ApiError for what Stripe refuses before executing anything. */
  async answer(inquiry: Inquiry): Promise<Reply | undefined> {
    const keyed = keyedRequest(inquiry);
    const kept = keyed && this.keys.recall(keyed);
    const fault = this.faults.meet(inquiry.endpoint.method, inquiry.path);
    if (kept !== undefined) {
      if (!(await this.#reaches(fault, inquiry))) return undefined;
      return { status: kept.status, body: kept.body, originalRequestId: kept.requestId, replayed: true };
    }
    refuse(fault);
    const reply = await this.#held(keyed, async () => {
      if (fault?.when !== 'after' && !(await this.#reaches(fault, inquiry))) return undefined;
      return this.#execute(inquiry, keyed, fault);
    });
    if (fault?.when === 'after' && !(await this.#reaches(fault, inquiry))) return undefined;
    return reply;
  }

  /** The key refuses a second request while the work is under way. */
  async #held<Result>(keyed: KeyedRequest | undefined, work: () => Promise<Result>): Promise<Result> {
    if (keyed === undefined) return work();
    this.keys.hold(keyed.key);
    try {
      return await work();
    } finally {
      this.keys.release(keyed.key);
    }
  }

  /** Effect and kept answer are one transaction. A 500 asked for takes the place of the effect, or of its answer only. */
  #execute(inquiry: Inquiry, keyed: KeyedRequest | undefined, fault: ApiFault | undefined): Reply {
    const failure = fault?.answer === 'server_error' ? serverError(inquiry.requestId) : undefined;
    const forgotten = failure !== undefined && fault?.storesIdempotent === false;
    return this.database.transaction(() => {
      const replaced = failure !== undefined && fault?.when !== 'after';
      const executed = replaced ? failure : this.execution.run(inquiry.endpoint, inquiry.request, inquiry.requestId);
      const sent = failure ?? executed;
      const kept = forgotten ? executed : sent;
      const keeps = keyed !== undefined && executed.executed && !(forgotten && replaced);
      if (keeps) this.keys.keep(keyed, { status: kept.status, body: kept.body, requestId: inquiry.requestId });
      return { status: sent.status, body: sent.body, ...(keeps && kept === sent ? { originalRequestId: inquiry.requestId } : {}) };
    });
  }

  /** Delays or cuts the connection; false when nothing can be answered any more. */
  async #reaches(fault: ApiFault | undefined, { response }: Inquiry): Promise<boolean> {
    if (fault?.answer === 'delay') await sleep(fault.delayMs ?? 1000, undefined, { ref: false });
    if (fault?.answer === 'close') response.socket?.destroy();
    if (fault?.answer === 'hang' && !response.closed) await once(response, 'close');
    return fault?.answer !== 'close' && fault?.answer !== 'hang';
  }
}

function keyedRequest({ endpoint, key, path, request }: Inquiry): KeyedRequest | undefined {
  // Stripe ignores the key of a GET.
  if (key === undefined || endpoint.method !== 'POST') return undefined;
  return { key, path, parameters: canonical(request.form) };
}

function refuse(fault: ApiFault | undefined): void {
  if (fault?.answer === 'rate_limit') {
    throw new ApiError(
      429,
      'invalid_request_error',
      'Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.',
      {
        code: 'rate_limit',
      },
    );
  }
  if (fault?.answer === 'lock_timeout') {
    throw new ApiError(
      429,
      'invalid_request_error',
      'This object cannot be accessed right now because another API request or Stripe process is currently accessing it. If you see this error intermittently, retry the request. If you see this error frequently and are making multiple concurrent requests to a single object, make your requests serially or at a lower rate. For more details, see https://stripe.com/docs/rate-limits#object-lock-timeouts.',
      { code: 'lock_timeout' },
    );
  }
}
