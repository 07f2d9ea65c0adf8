/** Requests that cannot be parsed are refused with a problem like all others: a badly encoded path, headers that are too long, no host, no HTTP at all. */
import { randomUUID } from 'node:crypto';
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type AllowedOrigin, addCorsHeaders } from '../cors.js';
import { InvalidInput } from './http-errors.js';
import { problemOf } from './problem-details.js';

class MalformedRequest extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
  }
}

export const MALFORMED_PATH = new MalformedRequest(400, 'The path is not well encoded, or a part of it is too long.');

/** Fastify's router has no route, and so no hook and no filter, for these. */
export function refuseMalformedPath(origins: readonly AllowedOrigin[]) {
  return (_error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const problem = problemOf(MALFORMED_PATH, { id: request.id, path: request.url.split('?')[0] ?? '' });
    addCorsHeaders(request, reply, origins);
    void reply
      .status(problem.status)
      .headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
      .type('application/problem+json')
      .send(JSON.stringify(problem));
  };
}

/** Escapes of a query that are not UTF-8 are refused: the parser would take them as they are. Bytes that are not ASCII are refused by Node. */
export function refuseMalformedQueries(fastify: FastifyInstance): void {
  // After the hooks of `onRequest`: the refusal carries their headers.
  fastify.addHook('preParsing', ({ raw: { url = '' } }, _reply, _payload, done) => {
    done(url.includes('%') ? faultOfQuery(url) : null);
  });
}

/** Node would refuse it without a problem, and takes the first of several. RFC 9112, section 3.2. */
export function refuseRequestsWithoutOneHost(fastify: FastifyInstance): void {
  fastify.addHook('preParsing', ({ raw }, _reply, _payload, done) => {
    done(hasOneHost(raw) ? null : new InvalidInput([{ header: 'Host', rule: 'once', message: 'must be sent once' }]));
  });
}

function hasOneHost({ httpVersion, rawHeaders }: IncomingMessage): boolean {
  if (httpVersion === '1.0') return true;
  let count = 0;
  // Names and values take turns.
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]!.length === 4 && rawHeaders[i]!.toLowerCase() === 'host') count += 1;
  return count === 1;
}

/** Node answers any `Expect` but `100-continue` with 417 and no problem. RFC 9110, section 10.1.1, lets a server ignore it. */
export function ignoreUnknownExpectations({ server }: FastifyInstance): void {
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}

/** Node would close the connection without an answer. It has taken its own listeners off the socket, and an error without a listener ends the process. */
export function refuseConnect({ server }: FastifyInstance): void {
  server.on('connect', (_request, socket: Socket) => {
    socket.on('error', () => socket.destroy());
    refuseMalformedRequest({ code: 'CONNECT' }, socket);
  });
}

function faultOfQuery(url: string): InvalidInput | null {
  const query = url.includes('?') ? url.slice(url.indexOf('?') + 1) : '';
  const bad = query.split('&').find((part) => !isWellEncoded(part));
  if (bad === undefined) return null;
  return new InvalidInput([{ parameter: bad.split('=')[0]!, rule: 'utf8', message: 'must be percent-encoded UTF-8' }]);
}

function isWellEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** Node's parser failed: there is no request, only a socket. */
export function refuseMalformedRequest(error: Pick<NodeJS.ErrnoException, 'code'>, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable && !hasAnswerUnderWay(socket)) {
    const id = randomUUID();
    const problem = problemOf(malformedRequest(error.code), { id, path: '' });
    const body = JSON.stringify(problem);
    const head = [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      'Connection: close',
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${id}`,
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  }
  socket.destroySoon();
}

/** As Node's own handler asks: what is written now would be read as a part of the answer that is being sent. */
function hasAnswerUnderWay(socket: Socket & { readonly _httpMessage?: { readonly headersSent: boolean } | null }): boolean {
  return socket._httpMessage?.headersSent === true;
}

function malformedRequest(code: string | undefined): MalformedRequest {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new MalformedRequest(408, 'The request took too long to arrive.');
  if (code === 'HPE_HEADER_OVERFLOW') return new MalformedRequest(431, 'The headers, or the path, are too long.');
  if (code === 'CONNECT') return new MalformedRequest(400, 'CONNECT is for proxies; this is none.');
  return new MalformedRequest(400, 'This is no HTTP request.');
}
