import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiFault } from '../faults/fault-settings.js';
import type { Faults } from '../faults/faults.js';
import type { Database } from '../ledger/database.js';
import { ApiError } from './api-error.js';
import type { Endpoint, Request } from './endpoint.js';
import { serverError, type Answer, type Execution } from './execution.js';
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
      const reply: Reply = { status: kept.status, body: kept.body, originalRequestId: kept.requestId, replayed: true };
      return (await this.#reaches(fault, inquiry)) ? reply : undefined;
    }
    if (keyed === undefined) return this.#proceed(inquiry, undefined, fault);
    this.keys.hold(keyed.key);
    try {
      return await this.#proceed(inquiry, keyed, fault);
    } finally {
      this.keys.release(keyed.key);
    }
  }

  async #proceed(inquiry: Inquiry, keyed: KeyedRequest | undefined, fault: ApiFault | undefined): Promise<Reply | undefined> {
    const before = fault?.when === 'after' ? undefined : fault;
    const after = fault?.when === 'after' ? fault : undefined;
    refuse(before);
    if (before?.answer === 'server_error') return this.#fail(inquiry, keyed, before);
    if (!(await this.#reaches(before, inquiry))) return undefined;

    const failing = after?.answer === 'server_error';
    const answer = this.database.transaction(() => {
      const executed = this.execution.run(inquiry.endpoint, inquiry.request, inquiry.requestId);
      const keeping = failing && after.storesIdempotent !== false ? serverError(inquiry.requestId) : executed;
      if (keyed !== undefined && executed.executed) this.keys.keep(keyed, { ...keeping, requestId: inquiry.requestId });
      return executed;
    });

    if (keyed !== undefined) this.keys.release(keyed.key);
    if (!(await this.#reaches(after, inquiry))) return undefined;
    return reply(inquiry, keyed, failing ? serverError(inquiry.requestId) : answer);
  }

  /** A 500 without any effect, kept for the key unless told otherwise. */
  #fail(inquiry: Inquiry, keyed: KeyedRequest | undefined, fault: ApiFault): Reply {
    const answer = serverError(inquiry.requestId);
    const kept = fault.storesIdempotent === false ? undefined : keyed;
    if (kept !== undefined) this.keys.keep(kept, { ...answer, requestId: inquiry.requestId });
    return reply(inquiry, kept, answer);
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

function reply(inquiry: Inquiry, keyed: KeyedRequest | undefined, answer: Answer): Reply {
  const kept = keyed !== undefined && answer.executed;
  return { status: answer.status, body: answer.body, ...(kept ? { originalRequestId: inquiry.requestId } : {}) };
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
