import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiFault } from '../faults/fault-settings.js';
import type { Faults } from '../faults/faults.js';
import { withoutMembers } from '../faults/omissions.js';
import type { Database } from '../ledger/database.js';
import { ApiError } from './api-error.js';
import { balanceTooLow, serverError, toJson, type EndpointResult, type EndpointRunner } from './endpoint-runner.js';
import type { Endpoint, EndpointRequest } from './endpoint.js';
import { toCanonicalText } from './form.js';
import type { IdempotencyKeys, KeyedRequest } from './idempotency-keys.js';

const DEFAULT_DELAY_MS = 1000;

interface PipelineRequest {
  endpoint: Endpoint;
  request: EndpointRequest;
  path: string;
  requestId: string;
  idempotencyKey: string | undefined;
  /** Used to cut the connection. */
  serverResponse: ServerResponse;
}

interface PipelineResponse {
  status: number;
  body: string;
  /** The request that was executed. Set when the response is stored for the idempotency key. */
  originalRequestId?: string;
  replayed?: true;
}

/** Takes a request through its idempotency key, the faults that are set, and its endpoint. */
export class ApiPipeline {
  constructor(
    private readonly database: Database,
    private readonly keys: IdempotencyKeys,
    private readonly faults: Faults,
    private readonly runner: EndpointRunner,
  ) {}

  /** Returns undefined when a fault cut the connection. Throws ApiError for what Stripe refuses before it executes anything. */
  async handle(request: PipelineRequest): Promise<PipelineResponse | undefined> {
    const response = await this.answer(request);
    return response === undefined ? undefined : this.withOmissions(response);
  }

  private async answer(request: PipelineRequest): Promise<PipelineResponse | undefined> {
    const keyed = toKeyedRequest(request);
    const stored = keyed && this.keys.findResponse(keyed);
    const fault = this.faults.applyToRequest(request.endpoint.method, request.path);
    if (stored !== undefined) {
      if (!(await applyConnectionFault(fault, request))) return undefined;
      return { status: stored.status, body: stored.body, originalRequestId: stored.requestId, replayed: true };
    }
    throwRefusal(fault);
    const response = await this.whileKeyIsInUse(keyed, async () => {
      if (fault?.when !== 'after' && !(await applyConnectionFault(fault, request))) return undefined;
      return this.execute(request, keyed, fault);
    });
    if (fault?.when === 'after' && !(await applyConnectionFault(fault, request))) return undefined;
    return response;
  }

  private withOmissions(response: PipelineResponse): PipelineResponse {
    const { omits } = this.faults.settings;
    if (omits === undefined) return response;
    const { status } = response;
    const body = toJson(withoutMembers(JSON.parse(response.body), omits) as object);
    return omits.includes('replay_headers') ? { status, body } : { ...response, body };
  }

  private async whileKeyIsInUse<Result>(keyed: KeyedRequest | undefined, work: () => Promise<Result>): Promise<Result> {
    if (keyed === undefined) return work();
    this.keys.markInUse(keyed.key);
    try {
      return await work();
    } finally {
      this.keys.markUnused(keyed.key);
    }
  }

  /** Stores effect and response in one transaction. The fault `server_error` replaces the effect, or only the response. */
  private execute(request: PipelineRequest, keyed: KeyedRequest | undefined, fault: ApiFault | undefined): PipelineResponse {
    const failure = failureOf(fault, request.requestId);
    const failureNotStored = failure !== undefined && fault?.storesIdempotent === false;
    return this.database.transaction(() => {
      const effectReplaced = failure !== undefined && fault?.when !== 'after';
      const executed = effectReplaced ? failure : this.runner.run(request.endpoint, request.request, request.requestId);
      const sent = failure ?? executed;
      const stored = failureNotStored ? executed : sent;
      const isStored = keyed !== undefined && executed.executed && !(failureNotStored && effectReplaced);
      if (isStored) this.keys.storeResponse(keyed, { status: stored.status, body: stored.body, requestId: request.requestId });
      return {
        status: sent.status,
        body: sent.body,
        ...(isStored && stored === sent ? { originalRequestId: request.requestId } : {}),
      };
    });
  }
}

function failureOf(fault: ApiFault | undefined, requestId: string): EndpointResult | undefined {
  if (fault?.answer === 'server_error') return serverError(requestId);
  return fault?.answer === 'balance_too_low' ? balanceTooLow(requestId) : undefined;
}

/** Delays the request or cuts its connection. Returns false when no response can be sent. */
async function applyConnectionFault(fault: ApiFault | undefined, { serverResponse }: PipelineRequest): Promise<boolean> {
  if (fault?.answer === 'delay') await sleep(fault.delayMs ?? DEFAULT_DELAY_MS, undefined, { ref: false });
  if (fault?.answer === 'close') serverResponse.socket?.destroy();
  if (fault?.answer === 'hang' && !serverResponse.closed) await once(serverResponse, 'close');
  return fault?.answer !== 'close' && fault?.answer !== 'hang';
}

function toKeyedRequest({ endpoint, idempotencyKey, path, request }: PipelineRequest): KeyedRequest | undefined {
  // Stripe ignores the key of a GET request.
  if (idempotencyKey === undefined || endpoint.method !== 'POST') return undefined;
  return { key: idempotencyKey, path, parameters: toCanonicalText(request.form) };
}

function throwRefusal(fault: ApiFault | undefined): void {
  if (fault?.answer === 'rate_limit') {
    throw new ApiError(
      429,
      'invalid_request_error',
      'Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.',
      { code: 'rate_limit' },
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
