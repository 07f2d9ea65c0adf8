/** The id and the context of a request. The id is the client's or a new one; it is in the answer, the log and the events (`correlationid`). */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { ClsService } from 'nestjs-cls';
import { CORRELATION_ID } from '../../telemetry/correlation-id.js';

/** The client's own id where it is safe to log and store, or a new one. */
export function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
  (request as IncomingMessage & { id?: string }).id = id;
  return id;
}

export function useRequestContext(fastify: FastifyInstance, cls: ClsService): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('X-Request-Id', request.id);
    done();
  });
  // After the body was read: the events of its stream would lose a context opened earlier.
  fastify.addHook('preValidation', (request, _reply, done) => {
    cls.run(() => {
      cls.set(CORRELATION_ID, request.id);
      done();
    });
  });
}
