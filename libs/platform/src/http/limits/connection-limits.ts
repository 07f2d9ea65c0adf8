/** What a client can hold open: the number of connections, how long an unused one stays, and how slowly an answer may be read. */
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Connections that the system has accepted and the process has not: a crowd at an on-sale comes at once, and Linux resets what is above it. Its own
 * limit, `net.core.somaxconn`, is 4,096 too; Node asks for 511.
 */
export const LISTEN_BACKLOG_COUNT = 4_096;
/** How long a client may take to send its headers. */
export const HEADERS_TIMEOUT_MS = 5_000;
/** How long a connection stays open between two requests: longer than load balancers keep theirs (60 s), which would send into a closed one. */
export const KEEP_ALIVE_TIMEOUT_MS = 72_000;
/** How often Node checks its time-outs. With its default, every time-out would be up to 30 s longer. */
export const TIMEOUT_CHECK_MS = 1_000;
/** Slower than any connection that shows a page. */
const SLOWEST_READ_BYTES_PER_SECOND = 1_024;

interface ConnectionLimits {
  /** Connections beyond are closed when they are made. */
  readonly connectionCount: number;
  /** A client that takes less than 1 KiB a second of its answer is cut off after this time, at the latest after twice of it. */
  readonly slowReaderMs: number;
}

/** The connections of the server, for the hooks that close some. */
export function openConnections({ server }: FastifyInstance): ReadonlySet<Socket> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return open;
}

export function useConnectionLimits({ server }: FastifyInstance, open: ReadonlySet<Socket>, limits: ConnectionLimits): void {
  server.maxConnections = limits.connectionCount;
  const leastBytes = (SLOWEST_READ_BYTES_PER_SECOND * limits.slowReaderMs) / 1_000;
  let takenBefore = new Map<Socket, number>();
  const cutSlowReaders = (): void => {
    const taken = new Map<Socket, number>();
    for (const socket of open) {
      if (socket.writableLength === 0) continue;
      const bytes = socket.bytesWritten - socket.writableLength;
      const before = takenBefore.get(socket);
      if (before !== undefined && bytes - before < leastBytes) socket.destroy();
      else taken.set(socket, bytes);
    }
    takenBefore = taken;
  };
  const checking = setInterval(cutSlowReaders, limits.slowReaderMs).unref();
  server.once('close', () => clearInterval(checking));
}
