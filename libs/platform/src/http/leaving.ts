/** The end of a process as its clients see it: they are asked to leave, served until they do, and cut off when they stay too long. */
import type { FastifyInstance } from 'fastify';
import type { Readiness } from './health.controller.js';

export function useLeaving(fastify: FastifyInstance, readiness: Readiness): void {
  fastify.addHook('onRequest', (_request, reply, done) => {
    if (readiness.drain !== null) void reply.header('connection', 'close');
    done();
  });
  // Node closes idle connections itself, and checks no time-out any more once it closes.
  fastify.addHook('preClose', (done) => {
    const cut = setTimeout(() => fastify.server.closeAllConnections(), readiness.drain?.left ?? 0);
    fastify.server.once('close', () => clearTimeout(cut));
    done();
  });
}
