/** The end of a process as its clients see it: they are asked to leave, served until they do, and cut off when they stay too long. */
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Readiness } from './health.controller.js';

export function useLeaving(fastify: FastifyInstance, readiness: Readiness): void {
  // With the answer, not with the request: what is under way when the end begins must not keep its connection either.
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (readiness.drain !== null) void reply.header('connection', 'close');
    done();
  });
  const open = new Set<Socket>();
  fastify.server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  // Once it closes, Node ends connections between two requests, but not those before their first, and checks no time-out any more.
  fastify.addHook('preClose', (done) => {
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
    const cut = setTimeout(() => fastify.server.closeAllConnections(), readiness.drain?.left ?? 0);
    fastify.server.once('close', () => clearTimeout(cut));
    done();
  });
}
