/** Finds ports of 127.0.0.1 that no program listens on. */
import { createServer } from 'node:net';

/**
 * Below the ports of outgoing connections, which begin at 32,768 on Linux: one of those could take the port of a server while it restarts. Above the
 * last one that `fetch` refuses, 10,080.
 */
const FIRST_PORT = 11_000;
const PORT_COUNT = 21_000;
/** Far from where processes of the next ids begin. */
let next = (process.pid * 7_919) % PORT_COUNT;

/**
 * Returns `port`, or for 0 a free one that this process has not been given before. Rejects with Node's error, `EADDRINUSE` among others, when the port
 * cannot be used. Another process may take it before the caller does.
 */
export async function freePort(port = 0): Promise<number> {
  if (port !== 0) return assertFree(port);
  for (let attempts = 0; ; attempts++) {
    next = (next + 1) % PORT_COUNT;
    try {
      return await assertFree(FIRST_PORT + next);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || attempts === PORT_COUNT) throw error;
    }
  }
}

function assertFree(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(port)));
  });
}
