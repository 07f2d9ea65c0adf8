/** `make demo`: books seats over HTTP on free ports and a temporary database. Exits with 0 when every step succeeded. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { print, step } from './demo/steps.js';
import { walkThrough } from './demo/walk-through.js';
import { freePort } from './free-port.js';
import { startStandalone, type Standalone } from './standalone.js';

async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'movie-reservation-demo-'));
  // As root PostgreSQL runs as another account, which must be able to enter: its data would be kept elsewhere.
  chmodSync(dataDir, 0o711);
  const [api, postgres, sandbox, storage] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const stopping = new AbortController();
  let starting: Promise<Standalone | null> = Promise.resolve(null);
  let isEnding = false;
  const end = async (code: number): Promise<void> => {
    if (isEnding) return;
    isEnding = true;
    // The terminal may be closed.
    process.stdout.on('error', () => undefined);
    stopping.abort();
    const system = await starting.catch(() => null);
    await system?.close();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 20 });
    process.exit(code);
  };
  process.on('SIGHUP', () => void end(129));
  process.on('SIGINT', () => void end(130));
  process.on('SIGTERM', () => void end(143));
  try {
    const system = await step('start PostgreSQL, API, worker and Stripe sandbox', async () => {
      const started = startStandalone({
        dataDir,
        ports: { api, postgres, sandbox, storage },
        env: { LOG_LEVEL: 'error' },
        durable: false,
        log: () => undefined,
        signal: stopping.signal,
      });
      starting = started;
      return [await started, (await started).apiUrl];
    });
    await walkThrough(system);
    print('\nEvery seat has one owner, and no money was kept without a ticket.');
    await end(0);
  } catch (error) {
    // A signal closes the system under the walk-through: its errors say nothing then.
    if (isEnding) return;
    print(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
    await end(1);
  }
}

await main();
