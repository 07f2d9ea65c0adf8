/** Answers that are the same for everybody: made, tagged and compressed once, so that a repeated request is cheap. */
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { addVary } from '../cors.js';
import { encodingFor } from '../caching/compressed-answers.js';
import { etagOf, matchesEtag } from '../caching/etag.js';

/** Of 11. What is compressed once may cost more than an answer that is compressed for one request. */
const BROTLI_QUALITY = 9;

interface PreparedBody {
  readonly etag: string;
  readonly plain: Buffer;
  readonly br: Buffer;
  readonly gzip: Buffer;
}

interface AnswerHead {
  readonly type: string;
  /** 0: the client asks every time, and gets a 304 where nothing changed. */
  readonly maxAgeSeconds: number;
  /** The `Content-Security-Policy` of a page. */
  readonly policy?: string;
}

/** `make` is called with the first request. */
export function serveOnce(fastify: FastifyInstance, path: string, { make, ...head }: AnswerHead & { make: () => string | Buffer }): void {
  serveMadeOf(fastify, path, { ...head, madeOf: () => null, make });
}

/** As `serveOnce`, and made again when what it is made of has changed: a value as JSON, asked with each request. */
export function serveMadeOf<T>(
  fastify: FastifyInstance,
  path: string,
  { madeOf, make, ...head }: AnswerHead & { madeOf: () => Promise<T> | T; make: (of: T) => string | Buffer },
): void {
  let last: { readonly key: string; readonly body: Promise<PreparedBody> } | null = null;
  fastify.get(path, async (request, reply) => {
    const of = await madeOf();
    const key = JSON.stringify(of);
    if (last?.key !== key) last = { key, body: prepare(make(of)) };
    return sendPrepared(request, reply, { ...head, body: await last.body });
  });
}

async function prepare(body: string | Buffer): Promise<PreparedBody> {
  const plain = Buffer.from(body);
  const [br, gzipped] = await Promise.all([
    promisify(brotliCompress)(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
    promisify(gzip)(plain),
  ]);
  return { etag: etagOf(plain), plain, br, gzip: gzipped };
}

function sendPrepared(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  { type, maxAgeSeconds, policy, body }: AnswerHead & { readonly body: PreparedBody },
): FastifyReply {
  addVary(reply, 'Accept-Encoding');
  void reply.header('cache-control', maxAgeSeconds === 0 ? 'no-cache' : `public, max-age=${maxAgeSeconds}`).header('etag', body.etag);
  if (matchesEtag(headers['if-none-match'], body.etag)) return reply.status(304).send();
  if (policy !== undefined) void reply.header('content-security-policy', policy);
  const encoding = encodingFor(headers['accept-encoding']);
  if (encoding !== null) void reply.header('content-encoding', encoding);
  return reply.type(type).send(body[encoding ?? 'plain']);
}
