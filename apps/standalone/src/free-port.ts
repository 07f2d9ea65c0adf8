/** Finds ports of 127.0.0.1 that no program listens on. */
import { type AddressInfo, createServer } from 'node:net';

/** Returns `port`, or any free port for 0. Rejects with Node's error, `EADDRINUSE` among others, when the port cannot be used. */
export function freePort(port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(port, '127.0.0.1', () => {
      const { port: free } = probe.address() as AddressInfo;
      probe.close(() => resolve(free));
    });
  });
}
