import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePort } from '../../../apps/standalone/src/free-port.js';

describe('freePort', () => {
  it('no port is one of outgoing connections or given twice', async () => {
    const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()));
    expect(new Set(ports).size).toBe(50);
    expect(Math.max(...ports)).toBeLessThan(32_768);
  });

  it('a port that a program listens on is left out', async () => {
    const last = await freePort();
    const server = createServer().listen(last + 1, '127.0.0.1');
    // Where another program has it, it is taken as well.
    await once(server, 'listening').catch(() => undefined);
    try {
      expect(await freePort()).not.toBe(last + 1);
      await expect(freePort(last + 1)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    } finally {
      server.close();
    }
  });
});
