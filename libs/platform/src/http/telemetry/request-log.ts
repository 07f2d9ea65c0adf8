/** One log line a request: id, method, path, address, user or API key, status, problem code and duration. Health checks are left out, and GETs without an error as set. */
import type { FastifyInstance } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import type { KnownApiKey } from '../access/api-keys.js';
import type { Principal } from '../access/principal.js';
import type { WithProblemCode } from '../problems/problem-details.filter.js';

const UNLOGGED = new Set(['/healthz', '/readyz']);

type LoggedRequest = WithProblemCode & { readonly principal?: Principal | null; readonly apiKey?: KnownApiKey };

export function useRequestLog(fastify: FastifyInstance, { successfulGetsPercent }: { readonly successfulGetsPercent: number }): void {
  // Nothing of a line below can be a secret, and looking for some takes as long as writing it.
  const logger = PinoLogger.root.child({}, { redact: [] });
  // Exact, not by chance: of a hundred successful GETs so many have a line, evenly.
  let percentSoFar = 0;
  const isSkipped = (method: string, status: number): boolean => {
    if (method !== 'GET' || status >= 400) return false;
    percentSoFar += successfulGetsPercent;
    if (percentSoFar < 100) return true;
    percentSoFar -= 100;
    return false;
  };
  fastify.addHook('onResponse', (request, reply, done) => {
    const { id, method, url, ip: address, principal, apiKey, problemCode } = request as LoggedRequest;
    if (!UNLOGGED.has(url) && !isSkipped(method, reply.statusCode)) {
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
