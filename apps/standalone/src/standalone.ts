/** Starts the whole system in one process, with a PostgreSQL, a Stripe sandbox and an object storage of its own, so that nothing else must be installed. */
import { join } from 'node:path';
import { migrate } from '../../../migrations/run.js';
import { API_TEXTS } from '../../api-texts.js';
import { Environment } from '@app/platform/config/environment.js';
import type { LoadedSettings } from '@app/platform/config/load-settings.js';
import { Settings } from '@app/platform/config/settings.js';
import { LISTEN_BACKLOG_COUNT } from '@app/platform/http/limits/connection-limits.js';
import { createHttpApplication } from '@app/platform/http/http-application.js';
import { Readiness } from '@app/platform/operations/health/readiness.js';
import { Database } from '@app/platform/persistence/database.js';
import type { Closable } from '@app/platform/process/run.js';
import { startSandbox } from '../../stripe-sandbox/src/sandbox.js';
import { startPostgres } from './embedded-postgres.js';
import { DEMO_ADMIN } from './demo-accounts.js';
import { demoContent } from './demo-content.js';
import { demoEnvironment, isGiven } from './demo-environment.js';
import { freePort } from './free-port.js';
import { startObjectStorage } from './object-storage.js';
import { pathExamples } from './path-examples.js';
import { loadOrCreateSecrets } from './secrets.js';
import { MailCatcher } from './mails/mail-catcher.js';
import { StandaloneModule } from './standalone.module.js';
import { readSettings } from '../../settings.js';

interface StandaloneOptions {
  readonly dataDir: string;
  readonly ports: { readonly api: number; readonly postgres: number; readonly sandbox: number; readonly storage: number };
  /** Environment variables; those that the demo takes replace its defaults. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly durable: boolean;
  readonly log: (line: string) => void;
  /** When it is aborted, the start stops what it has started and throws its reason. */
  readonly signal?: AbortSignal;
  /** Why it is not ready when its port opens, by check; the caller takes each reason back. */
  readonly notReady?: Readonly<Record<string, string>>;
}

export interface Standalone extends Closable {
  readonly settings: LoadedSettings;
  readonly apiUrl: string;
  /** Of the sandbox, or of another stand-in that `STRIPE_API_URL` names. */
  readonly stripeUrl: string;
  readonly isSandbox: boolean;
  readonly readiness: Readiness;
  /** The directory of PostgreSQL's data, password and log. */
  readonly databaseDirectory: string;
}

const DEFAULTS = {
  LOG_LEVEL: 'warn',
  READINESS_DELAY_MS: '0',
  CLOCK_MOVABLE: 'true',
  HOLD_REMINDER_MINUTES: '5',
  // A front end in development runs on a port of its own.
  CORS_ORIGINS: 'http://localhost:*,http://127.0.0.1:*',
  ADMIN_EMAIL: DEMO_ADMIN.email,
  ADMIN_PASSWORD: DEMO_ADMIN.password,
  // All requests of somebody who tries the system out come from one address and few accounts.
  LOGIN_PER_ACCOUNT_PER_MINUTE: '1000',
  LOGIN_PER_ADDRESS_PER_MINUTE: '10000',
  REGISTER_PER_ADDRESS_PER_HOUR: '100000',
  HOLD_PER_ACCOUNT_PER_MINUTE: '1000',
  POSTERS_PER_ADMIN_PER_MINUTE: '1000',
  // Your receiver runs on this machine too.
  WEBHOOKS_ALLOW_PRIVATE_ADDRESSES: 'true',
};

/** Rejects with one sentence when a port is taken. On a failure, everything that was started is stopped again. */
export async function startStandalone({
  dataDir,
  ports,
  env,
  durable,
  log,
  signal,
  notReady = {},
}: StandaloneOptions): Promise<Standalone> {
  const own = demoEnvironment(env);
  const stops: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  await assertPortFree(ports.api, 'PORT');
  if (!isGiven(own, 'STRIPE_API_URL')) await assertPortFree(ports.sandbox, 'SANDBOX_PORT');
  await assertPortFree(ports.storage, 'STORAGE_PORT');
  try {
    const database = { dataDir: join(dataDir, 'postgres'), database: 'cinema', port: ports.postgres };
    const postgres = await startPostgres({ ...database, durable, log, signal });
    stops.push(() => postgres.stop());
    signal?.throwIfAborted();
    await migrate(postgres.url);
    signal?.throwIfAborted();

    const secrets = Object.entries(loadOrCreateSecrets(dataDir)).filter(([name]) => !isGiven(own, name));
    const environment = new Environment({ ...own, ...Object.fromEntries<string>(secrets) });
    const apiUrl = `http://127.0.0.1:${ports.api}`;
    let stripeUrl = environment.optional('STRIPE_API_URL');
    if (stripeUrl === null) {
      const sandbox = await startSandbox({
        port: ports.sandbox,
        dataFile: join(dataDir, 'stripe-sandbox.sqlite'),
        webhookUrl: `${apiUrl}/api/v1/webhooks/stripe`,
        // What the API verifies with, also where the environment sets it.
        webhookSecret: environment.text('STRIPE_WEBHOOK_SECRET'),
        log,
      });
      stops.push(() => sandbox.close());
      stripeUrl = sandbox.url;
    }

    const mails = await MailCatcher.start();
    stops.push(() => mails.close());
    const storage = await startObjectStorage({ dataDir: join(dataDir, 'object-storage'), port: ports.storage });
    stops.push(storage.stop);
    signal?.throwIfAborted();

    const settings = readSettings({
      ...DEFAULTS,
      ...own,
      ...Object.fromEntries<string>(secrets),
      ...storage.env,
      DATABASE_URL: postgres.url,
      PORT: String(ports.api),
      HOST: '127.0.0.1',
      STRIPE_API_URL: stripeUrl,
      STRIPE_API_URL_FILE: undefined,
      // A trial run must send no mail to anybody.
      SMTP_URL: mails.url,
    });
    const app = await createHttpApplication(StandaloneModule.for(settings, { mails, demo: demoContent({ apiUrl, stripeUrl }) }), settings, {
      ...API_TEXTS,
      pathExamples: (started) => pathExamples(started.get<Database>(Database, { strict: false })),
    });
    stops.push(() => app.close());
    const readiness = app.get(Readiness, { strict: false });
    for (const [check, reason] of Object.entries(notReady)) readiness.setReason(check, reason);
    const { port, host } = settings.get(Settings).http;
    signal?.throwIfAborted();
    await app.listen({ port, host, backlog: LISTEN_BACKLOG_COUNT });
    const isSandbox = !isGiven(own, 'STRIPE_API_URL');
    return { settings, apiUrl, stripeUrl, isSandbox, readiness, databaseDirectory: postgres.directory, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Called before anything starts, so that its sentence is the only output. */
async function assertPortFree(port: number, variable: string): Promise<void> {
  try {
    await freePort(port);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const sentence =
      code === 'EADDRINUSE'
        ? `Port ${port} is taken by another program: stop it, or choose another port with ${variable}.`
        : `Port ${port} cannot be used (${message}): choose another port with ${variable}.`;
    throw new Error(sentence, { cause: error });
  }
}
