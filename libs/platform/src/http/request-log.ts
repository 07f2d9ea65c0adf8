/** One log line a request: id, method, path, status and duration. Health checks are left out. */
import type { FastifyInstance } from 'fastify';
import { PinoLogger } from 'nestjs-pino';

const UNLOGGED = new Set(['/healthz', '/readyz']);

export function useRequestLog(fastify: FastifyInstance): void {
  const logger = PinoLogger.root;
  fastify.addHook('onResponse', ({ id, method, url }, reply, done) => {
    if (!UNLOGGED.has(url)) {
      // Why a request was answered 5xx is logged where it failed.
      const message = reply.statusCode < 500 ? 'request completed' : 'request errored';
      const req = { id, method, url: url.split('?')[0] };
      logger.info({ req, res: { statusCode: reply.statusCode }, responseTime: Math.round(reply.elapsedTime) }, message);
    }
    done();
  });
}
