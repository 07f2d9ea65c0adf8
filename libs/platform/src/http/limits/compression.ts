/** Answers are compressed for clients that accept it. Bodies of requests are not: `bodies.ts` refuses those. */
import compress from '@fastify/compress';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { BROTLI_PARAMS, COMPRESSED_FROM_BYTES } from '../caching/compressed-answers.js';

/** Compressed at once: a stream and a thread for each take several times the CPU time. What is larger may not stop other requests for so long. */
const AT_ONCE_BYTES = 65_536;

/** Must be awaited before the routes are added: the plugin adds a hook to each of them. */
export async function useCompression(app: NestFastifyApplication): Promise<void> {
  await app.register(compress, {
    encodings: ['br', 'gzip'],
    threshold: COMPRESSED_FROM_BYTES,
    syncThreshold: AT_ONCE_BYTES,
    brotliOptions: { params: BROTLI_PARAMS },
    globalDecompression: false,
  });
}
