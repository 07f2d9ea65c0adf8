/** One log line a request: id, method, path, address, user or API key, status, problem code and duration. Health checks are left out. */
import type { FastifyInstance } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import type { KnownApiKey } from './api-keys.js';
import type { Principal } from './principal.js';
import type { WithProblemCode } from './problem-details.filter.js';

const UNLOGGED = new Set(['/healthz', '/readyz']);

type LoggedRequest = WithProblemCode & { readonly principal?: Principal | null; readonly apiKey?: KnownApiKey };

export function useRequestLog(fastify: FastifyInstance): void {
  // Nothing of a line below can be a secret, and looking for some takes as long as writing it.
  const logger = PinoLogger.root.child({}, { redact: [] });
  fastify.addHook('onResponse', (request, reply, done) => {
    const { id, method, url, ip: address, principal, apiKey, problemCode } = request as LoggedRequest;
    if (!UNLOGGED.has(url)) {
      // Why a request was answered 5xx is logged where it failed.
      const message = reply.statusCode < 500 ? 'request completed' : 'request errored';
      const req = {
        id,
        method,
        url: url.split('?')[0],
        address,
        ...(principal ? { user: principal.userId } : {}),
        ...(apiKey ? { apiKey: apiKey.id } : {}),
      };
      const res = { statusCode: reply.statusCode, ...(problemCode ? { code: problemCode } : {}) };
      logger.info({ req, res, responseTime: Math.round(reply.elapsedTime) }, message);
    }
    done();
  });
}
