/** Connections during a shutdown: clients are asked to close them, are served until then, and are cut off at the deadline. */
import type { Server, Socket } from 'node:net';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { ShutdownDeadline } from '../../concurrency/shutdown-deadline.js';

/** A proxy opens a connection and sends its request at once. One that was opened as the shutdown began must still be answered: a proxy sends no POST again. */
const FIRST_REQUEST_MS = 1_000;
/** Clients may connect without a pause: after this time the port closes nevertheless. */
const MAX_WAIT_FOR_PAUSE_MS = 500;
/** Of a turn of the event loop that is short enough: what connects after it has looked, and before the port closes, is reset. */
const SHORT_TURN_MS = 0.5;

@Injectable()
export class ConnectionDraining implements OnModuleDestroy {
  #deadline: ShutdownDeadline | null = null;

  /** `servesOnMs`: for how long requests are taken after the shutdown began. */
  constructor(private readonly servesOnMs: number) {}

  /** Null until the shutdown begins. */
  get deadline(): ShutdownDeadline | null {
    return this.#deadline;
  }

  onModuleDestroy(): void {
    this.#deadline = new ShutdownDeadline(this.servesOnMs);
  }
}

export function useConnectionDraining(fastify: FastifyInstance, open: ReadonlySet<Socket>, draining: ConnectionDraining): void {
  // With the answer, not with the request: a request in progress when the shutdown begins must not keep its connection either.
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (draining.deadline !== null) void reply.header('connection', 'close');
    done();
  });
  // While it closes, Node ends connections between two requests, but not those before their first, and no longer checks time-outs.
  fastify.addHook('preClose', (done) => {
    const cut = setTimeout(() => fastify.server.closeAllConnections(), draining.deadline?.remainingMs ?? 0);
    const cutSilent = setTimeout(() => {
      for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
    }, FIRST_REQUEST_MS);
    fastify.server.once('close', () => {
      clearTimeout(cut);
      clearTimeout(cutSilent);
    });
    afterWaitingConnections(fastify.server, done);
  });
}

/**
 * Calls `done` when no connection waits to be accepted. The kernel answers clients before Node accepts them, one in each turn of its event loop. A port that
 * closes resets those that wait, with the requests that they have sent. A short turn without a new connection says that none waited a moment ago.
 */
function afterWaitingConnections(server: Server, done: () => void): void {
  const deadline = performance.now() + MAX_WAIT_FOR_PAUSE_MS;
  let turnBegan = -Infinity;
  let hasAccepted = false;
  const noteAccepted = (): void => void (hasAccepted = true);
  const closeWhenQuiet = (): void => {
    const now = performance.now();
    const isQuiet = !hasAccepted && now - turnBegan < SHORT_TURN_MS;
    if (isQuiet || now >= deadline) {
      server.off('connection', noteAccepted);
      done();
    } else {
      hasAccepted = false;
      turnBegan = now;
      setImmediate(closeWhenQuiet);
    }
  };
  server.on('connection', noteAccepted);
  setImmediate(closeWhenQuiet);
}
