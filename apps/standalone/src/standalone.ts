/** The whole system in one process, with a PostgreSQL and a Stripe of its own: nothing else need be installed. */
import { createServer } from 'node:net';
import { join } from 'node:path';
import { migrate } from '../../../migrations/run.js';
import { type Settings, readSettings } from '@app/platform/config/settings.js';
import { createHttpApplication } from '@app/platform/http/http-application.js';
import type { Closable } from '@app/platform/process/run.js';
import { startSandbox } from '../../stripe-sandbox/src/sandbox.js';
import { startPostgres } from './embedded-postgres.js';
import { keptSecrets } from './secrets.js';
import { StandaloneModule } from './standalone.module.js';

export interface StandaloneOptions {
  readonly dataDir: string;
  readonly ports: { readonly api: number; readonly postgres: number; readonly sandbox: number };
  /** Variables that win over the defaults. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly durable: boolean;
  readonly log: (line: string) => void;
}

export interface Standalone extends Closable {
  readonly settings: Settings;
  readonly apiUrl: string;
  readonly sandboxUrl: string;
  readonly databaseUrl: string;
}

export const DEMO_ADMIN = { email: 'admin@example.com', password: 'demo-admin-pass' };
export const DEMO_CUSTOMER = { email: 'customer@example.com', password: 'demo-customer-pass' };

const DEFAULTS = {
  LOG_LEVEL: 'warn',
  LEAVING_NOTICE_MS: '0',
  CLOCK_MOVABLE: 'true',
  ADMIN_EMAIL: DEMO_ADMIN.email,
  ADMIN_PASSWORD: DEMO_ADMIN.password,
  // Everybody who tries the system out comes from the same address.
  LOGIN_PER_ACCOUNT_PER_MINUTE: '1000',
  LOGIN_PER_ADDRESS_PER_MINUTE: '10000',
  REGISTER_PER_ADDRESS_PER_HOUR: '100000',
  HOLD_PER_ACCOUNT_PER_MINUTE: '1000',
};

/** Rejects with one clear sentence where a port is taken; what had started by then is stopped again. */
export async function startStandalone({ dataDir, ports, env: own, durable, log }: StandaloneOptions): Promise<Standalone> {
  const started: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const stop of started.splice(0).reverse()) await stop();
  };
  await mustBeFree(ports.api, 'PORT');
  await mustBeFree(ports.sandbox, 'SANDBOX_PORT');
  try {
    const postgres = await startPostgres({ dataDir: join(dataDir, 'postgres'), port: ports.postgres, durable, database: 'cinema', log });
    started.push(() => postgres.stop());
    await migrate(postgres.url);

    const secrets = keptSecrets(dataDir);
    const apiUrl = `http://127.0.0.1:${ports.api}`;
    const sandbox = await startSandbox({
      port: ports.sandbox,
      dataFile: join(dataDir, 'stripe-sandbox.sqlite'),
      webhookUrl: `${apiUrl}/api/v1/webhooks/stripe`,
      webhookSecret: secrets.STRIPE_WEBHOOK_SECRET,
      log,
    });
    started.push(() => sandbox.close());

    const settings = readSettings({
      ...DEFAULTS,
      ...secrets,
      ...own,
      DATABASE_URL: postgres.url,
      PORT: String(ports.api),
      HOST: '127.0.0.1',
      STRIPE_API_URL: sandbox.url,
    });
    const app = await createHttpApplication(StandaloneModule.for(settings), settings);
    started.push(() => app.close());
    await app.listen(settings.http.port, settings.http.host);
    return { settings, apiUrl, sandboxUrl: sandbox.url, databaseUrl: postgres.url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Asked before anything starts, so that the sentence is the only thing to read. */
async function mustBeFree(port: number, variable: string): Promise<void> {
  const probe = createServer();
  const problem = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
    probe.once('error', resolve);
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(null)));
  });
  if (problem?.code === 'EADDRINUSE') {
    throw new Error(`Port ${port} is taken by another program: stop it, or choose another port with ${variable}.`);
  }
  if (problem !== null) throw new Error(`Port ${port} cannot be used (${problem.message}): choose another with ${variable}.`);
}
