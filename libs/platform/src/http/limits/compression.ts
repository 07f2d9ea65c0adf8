/** Answers are compressed for clients that accept it. Bodies of requests are not: `bodies.ts` refuses those. */
import { constants } from 'node:zlib';
import compress from '@fastify/compress';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** A smaller answer fits into one packet anyway. */
const THRESHOLD_BYTES = 1_400;
/** Of 11. Above it, Brotli costs several times the CPU time for a few per cent. */
const BROTLI_QUALITY = 4;

/** Must be awaited before the routes are added: the plugin adds a hook to each of them. */
export async function useCompression(app: NestFastifyApplication): Promise<void> {
  await app.register(compress, {
    encodings: ['br', 'gzip'],
    threshold: THRESHOLD_BYTES,
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } },
    globalDecompression: false,
  });
}
