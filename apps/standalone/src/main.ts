/** `make start`: runs the whole system until Ctrl-C, and prints where everything is. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Settings } from '@app/platform/config/settings.js';
import { type Closable, runProcess } from '@app/platform/process/run.js';
import type { ApiClient } from './api-client.js';
import { type LoadedDemo, loadDemoContent, NOT_LOADED_YET } from './load-demo-content.js';
import { seedPosters } from './programme/seed-posters.js';
import { hasSecrets } from './secrets.js';
import { type Standalone, startStandalone } from './standalone.js';
import { startReport } from './start-report.js';

const FIRST_START = 'Starting for the first time: creating the database and adding movies and showtimes takes up to a minute.';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

function portFrom(variable: string, fallback: number): number {
  const value = process.env[variable] ?? '';
  if (value === '') return fallback;
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw new Error(`${variable} must be a port number, not "${value}".`);
}

async function reportStart(
  { apiUrl, stripeUrl, isSandbox, databaseDirectory, settings }: Standalone,
  { demo, postgresPort }: { readonly demo: LoadedDemo; readonly postgresPort: number },
): Promise<void> {
  const { client, seeded, isCustomerChanged } = demo;
  const [broker = null] = settings.get(Settings).broker.amqpUrls;
  const clock = await client.clock();
  print(startReport({ apiUrl, stripeUrl, isSandbox, postgresPort, databaseDirectory, broker, clock, seeded, isCustomerChanged }));
}

/** Adds the posters meanwhile: everything works without them, so the start does not wait for them. */
function closingAfterPosters(system: Standalone, admin: ApiClient | null): Closable {
  const closing = new AbortController();
  const posters = admin
    ? seedPosters(admin, { signal: closing.signal }).catch((error: Error) => print(`  Posters are missing: ${error.message}`))
    : null;
  return {
    close: async () => {
      closing.abort();
      await posters;
      await system.close();
    },
  };
}

await runProcess(async (stopping) => {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const dataDir = resolve(process.env['DATA_DIR'] || '.data');
  const ports = {
    api: portFrom('PORT', 3000),
    postgres: portFrom('POSTGRES_PORT', 54329),
    sandbox: portFrom('SANDBOX_PORT', 12111),
    storage: portFrom('STORAGE_PORT', 54330),
  };
  print(hasSecrets(dataDir) ? 'Starting.' : FIRST_START);
  const system = await startStandalone({
    dataDir,
    ports,
    env: process.env,
    durable: true,
    log: (line) => print(`  ${line}`),
    signal: stopping,
    notReady: NOT_LOADED_YET,
  });
  try {
    const demo = await loadDemoContent(system, {
      signal: stopping,
      onFault: (fault) =>
        print(
          `\n  Not ready: ${fault}\n\n  ${system.apiUrl} answers nevertheless; adding them is tried until it succeeds. Ctrl-C stops everything.`,
        ),
    });
    await reportStart(system, { demo, postgresPort: ports.postgres });
    return closingAfterPosters(system, demo.admin);
  } catch (error) {
    await system.close();
    throw error;
  }
});
