import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { newId } from '../ledger/ids.js';
import { apiVersion } from '../ledger/ledger.js';
import { ApiError, invalidRequest, unrecognizedUrl } from './api-error.js';
import { keyKind, secretKeyRequired } from './authentication.js';
import type { Endpoint } from './endpoint.js';
import type { Exchange } from './exchange.js';
import { json } from './execution.js';
import { parseForm, type Form } from './form.js';

const contentType = 'application/json';

/** Stripe's side of the wire: keys, forms and headers around the endpoints. */
export async function serveApi(
  server: FastifyInstance,
  endpoints: Endpoint[],
  exchange: Exchange,
  secretKey: string | undefined,
): Promise<void> {
  await server.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, parsed) => parsed(null, body));
    scope.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
      const status = error.statusCode ?? 500;
      const known =
        status < 500
          ? new ApiError(status, 'invalid_request_error', error.message)
          : new ApiError(500, 'api_error', 'An unknown error occurred.');
      return refuse(request, reply, newId.request(), known);
    });
    for (const endpoint of endpoints) {
      scope.route({
        method: endpoint.method,
        url: endpoint.path,
        handler: (request, reply) => handle(endpoint, exchange, secretKey, request, reply),
      });
    }
    done();
  });
  server.setNotFoundHandler((request, reply) => {
    if (request.method === 'OPTIONS') return preflight(reply);
    const requestId = newId.request();
    return refuse(request, reply, requestId, unrecognizedUrl(request.method, pathOf(request)));
  });
}

async function handle(
  endpoint: Endpoint,
  exchange: Exchange,
  secretKey: string | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const requestId = newId.request();
  try {
    checkVersion(header(request, 'stripe-version'));
    const publishable = keyKind(request.headers.authorization, secretKey) === 'publishable';
    if (publishable && !endpoint.publishableKeyAllowed) throw secretKeyRequired();
    const idempotencyKey = header(request, 'idempotency-key');
    const answer = await exchange.answer({
      endpoint,
      request: {
        form: formOf(request),
        id: (request.params as { id?: string }).id ?? '',
        cause: { requestId, idempotencyKey: endpoint.method === 'POST' ? (idempotencyKey ?? null) : null },
        publishable,
      },
      path: pathOf(request),
      requestId,
      key: idempotencyKey,
      response: reply.raw,
    });
    if (answer === undefined) return reply.hijack();
    if (answer.originalRequestId !== undefined) {
      reply.header('original-request', answer.originalRequestId);
      if (answer.status >= 400) reply.header('stripe-should-retry', 'false');
    }
    if (answer.replayed) reply.header('idempotent-replayed', 'true');
    return send(request, reply, requestId, answer.status, answer.body);
  } catch (error) {
    if (error instanceof ApiError) return refuse(request, reply, requestId, error);
    throw error;
  }
}

function refuse(request: FastifyRequest, reply: FastifyReply, requestId: string, error: ApiError): FastifyReply {
  if (error.status === 401) reply.header('www-authenticate', 'Basic realm="Stripe"');
  if (error.status === 409 || error.details.code === 'lock_timeout') reply.header('stripe-should-retry', 'true');
  return send(request, reply, requestId, error.status, json(error.body(requestId)));
}

function send(request: FastifyRequest, reply: FastifyReply, requestId: string, status: number, body: string): FastifyReply {
  const idempotencyKey = header(request, 'idempotency-key');
  if (idempotencyKey !== undefined && request.method === 'POST') reply.header('idempotency-key', idempotencyKey);
  return reply
    .status(status)
    .headers({
      'request-id': requestId,
      'stripe-version': header(request, 'stripe-version') ?? apiVersion,
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'Request-Id, Stripe-Manage-Version, Stripe-Should-Retry',
      'cache-control': 'no-cache, no-store',
    })
    .type(contentType)
    .send(body);
}

/** Stripe.js calls from the customer's browser. */
function preflight(reply: FastifyReply): FastifyReply {
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

function checkVersion(version: string | undefined): void {
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
