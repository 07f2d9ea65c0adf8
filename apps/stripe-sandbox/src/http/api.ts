// HTTP as Stripe speaks it: API keys, forms and headers around the endpoints.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { newId } from '../ledger/ids.js';
import { API_VERSION } from '../ledger/ledger.js';
import { ApiError, invalidRequest, unrecognizedUrl } from './api-error.js';
import type { ApiPipeline } from './api-pipeline.js';
import { authenticate, secretKeyRequired } from './authentication.js';
import { toJson } from './endpoint-runner.js';
import type { Endpoint } from './endpoint.js';
import { parseForm, type Form } from './form.js';

interface ApiOptions {
  endpoints: Endpoint[];
  pipeline: ApiPipeline;
  /** The only secret key that is accepted. When absent, every `sk_test_…` key is. */
  secretKey: string | undefined;
}

export async function serveApi(server: FastifyInstance, options: ApiOptions): Promise<void> {
  await server.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, parsed) => parsed(null, body));
    scope.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
      const status = error.statusCode ?? 500;
      const apiError =
        status < 500
          ? new ApiError(status, 'invalid_request_error', error.message)
          : new ApiError(500, 'api_error', 'An unknown error occurred.');
      return sendError(request, reply, { requestId: newId('request'), error: apiError });
    });
    for (const endpoint of options.endpoints) {
      scope.route({
        method: endpoint.method,
        url: endpoint.path,
        handler: (request, reply) => handle(request, reply, { ...options, endpoint }),
      });
    }
    done();
  });
  server.setNotFoundHandler((request, reply) => {
    if (request.method === 'OPTIONS') return sendPreflight(reply);
    return sendError(request, reply, { requestId: newId('request'), error: unrecognizedUrl(request.method, pathOf(request)) });
  });
}

async function handle(
  request: FastifyRequest,
  reply: FastifyReply,
  { endpoint, pipeline, secretKey }: ApiOptions & { endpoint: Endpoint },
): Promise<FastifyReply> {
  const requestId = newId('request');
  try {
    assertVersion(header(request, 'stripe-version'));
    const publishable = authenticate(request.headers.authorization, secretKey) === 'publishable';
    if (publishable && !endpoint.publishableKeyAllowed) throw secretKeyRequired();
    const idempotencyKey = header(request, 'idempotency-key');
    const response = await pipeline.handle({
      endpoint,
      request: {
        form: formOf(request),
        id: (request.params as { id?: string }).id ?? '',
        cause: { requestId, idempotencyKey: endpoint.method === 'POST' ? (idempotencyKey ?? null) : null },
        publishable,
      },
      path: pathOf(request),
      requestId,
      idempotencyKey,
      serverResponse: reply.raw,
    });
    if (response === undefined) return reply.hijack();
    if (response.originalRequestId !== undefined) {
      reply.header('original-request', response.originalRequestId);
      if (response.status >= 400) reply.header('stripe-should-retry', 'false');
    }
    if (response.replayed) reply.header('idempotent-replayed', 'true');
    return send(request, reply, { requestId, status: response.status, body: response.body });
  } catch (error) {
    if (error instanceof ApiError) return sendError(request, reply, { requestId, error });
    throw error;
  }
}

function sendError(
  request: FastifyRequest,
  reply: FastifyReply,
  { requestId, error }: { requestId: string; error: ApiError },
): FastifyReply {
  if (error.status === 401) reply.header('www-authenticate', 'Basic realm="Stripe"');
  if (error.status === 409 || error.details.code === 'lock_timeout') reply.header('stripe-should-retry', 'true');
  return send(request, reply, { requestId, status: error.status, body: toJson(error.body(requestId)) });
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { requestId, status, body }: { requestId: string; status: number; body: string },
): FastifyReply {
  const idempotencyKey = header(request, 'idempotency-key');
  if (idempotencyKey !== undefined && request.method === 'POST') reply.header('idempotency-key', idempotencyKey);
  return reply
    .status(status)
    .headers({
      'request-id': requestId,
      'stripe-version': header(request, 'stripe-version') ?? API_VERSION,
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'Request-Id, Stripe-Manage-Version, Stripe-Should-Retry',
      'cache-control': 'no-cache, no-store',
    })
    .type('application/json')
    .send(body);
}

/** Answers the CORS preflight request: Stripe.js calls the API from the customer's browser. */
function sendPreflight(reply: FastifyReply): FastifyReply {
  return reply
    .status(200)
    .headers({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, POST, DELETE',
      'access-control-allow-headers': '*, Authorization',
      'access-control-max-age': '300',
    })
    .send();
}

function formOf(request: FastifyRequest): Form {
  const query = request.raw.url?.split('?')[1] ?? '';
  const body = typeof request.body === 'string' ? request.body : '';
  const type = request.headers['content-type'];
  if (body !== '' && type !== undefined && !type.startsWith('application/x-www-form-urlencoded')) {
    throw invalidRequest(
      'Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have any questions, we can help at https://support.stripe.com/.',
    );
  }
  return parseForm([query, body].filter((part) => part !== '').join('&'));
}

function assertVersion(version: string | undefined): void {
  if (version !== undefined && !/^\d{4}-\d{2}-\d{2}(\.[a-z_]+)?(;.*)?$/.test(version)) {
    throw invalidRequest(`Invalid Stripe API version: ${version}`);
  }
}

function pathOf(request: FastifyRequest): string {
  return request.raw.url?.split('?')[0] ?? '/';
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
