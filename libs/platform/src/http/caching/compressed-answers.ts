/** A `@Cacheable` answer is compressed once for all who get the same bytes. Its entity tag is made of them, so that nobody gets older ones. */
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { LRUCache } from 'lru-cache';
import { addVary } from '../cors.js';
import { isTagged } from './etag.js';

/** A smaller answer fits into one packet anyway. */
export const COMPRESSED_FROM_BYTES = 1_400;

/**
 * Brotli: quality 4 of 11, because above it the CPU time is several times as long for a few per cent; a window of 64 KiB, because the default of
 * 4 MiB takes longer to allocate than a page to compress.
 */
export const BROTLI_PARAMS = { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 16 };

type ContentEncoding = 'br' | 'gzip';

function compress(body: string | Buffer, encoding: ContentEncoding): Buffer {
  return encoding === 'br' ? brotliCompressSync(body, { params: BROTLI_PARAMS }) : gzipSync(body);
}

/** Of all answers together. A page of a list or a seat map has 1 to 10 KB. */
const KEPT_BYTES = 8 * 1_024 * 1_024;
/** About what the cache needs for each. */
const KEY_BYTES = 200;

/** Call it after `useNotModified`: who has the answer gets none. */
export function useCompressedAnswers(fastify: FastifyInstance, compressed = compress): void {
  const kept = new LRUCache<string, Buffer>({ maxSize: KEPT_BYTES, sizeCalculation: ({ length }) => length + KEY_BYTES });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (!isTagged(request, reply, payload) || payload.length < COMPRESSED_FROM_BYTES) return done(null, payload);
    const encoding = encodingFor(request.headers['accept-encoding']);
    const etag = reply.getHeader('etag');
    if (encoding === null || typeof etag !== 'string') return done(null, payload);
    const key = `${encoding} ${etag}`;
    let body = kept.get(key);
    if (body === undefined) {
      // A copy: what zlib returns is a part of a buffer of 16 KiB.
      body = Buffer.from(compressed(payload, encoding));
      kept.set(key, body);
    }
    addVary(reply, 'Accept-Encoding');
    void reply.header('Content-Encoding', encoding);
    done(null, body);
  });
}

/** The smallest of ours that the client takes (RFC 9110, 12.5.3). */
export function encodingFor(header: string | undefined): ContentEncoding | null {
  if (header === undefined) return null;
  const taken = new Map<string, boolean>();
  for (const part of header.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((each) => each.trim());
    taken.set(name, !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)));
  }
  return (['br', 'gzip'] as const).find((encoding) => taken.get(encoding) ?? taken.get('*') ?? false) ?? null;
}
