/** Starts the whole system in one process, with a PostgreSQL, a Stripe sandbox and an object storage of its own, so that nothing else must be installed. */
import { API_TEXTS } from '../../api-texts.js';
import type { LoadedSettings } from '@app/platform/config/load-settings.js';
import { Settings } from '@app/platform/config/settings.js';
import { LISTEN_BACKLOG_COUNT } from '@app/platform/http/limits/connection-limits.js';
import { createHttpApplication } from '@app/platform/http/http-application.js';
import { Readiness } from '@app/platform/operations/health/readiness.js';
import { Database } from '@app/platform/persistence/database.js';
import type { Closable } from '@app/platform/process/run.js';
import { DEMO_ADMIN } from './demo-accounts.js';
import { demoContent } from './demo-content.js';
import { type DemoEnvironment, demoEnvironment, isGiven } from './demo-environment.js';
import { freePort } from './free-port.js';
import { pathExamples } from './path-examples.js';
import { type Servers, type ServersOptions, startServers, type Stops } from './servers.js';
import { StandaloneModule } from './standalone.module.js';
import { readSettings } from '../../settings.js';

interface StandaloneOptions extends ServersOptions {
  /** Environment variables; those that the demo takes replace its defaults. */
  readonly env: Readonly<Record<string, string | undefined>>;
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
export async function startStandalone(options: StandaloneOptions): Promise<Standalone> {
  const { ports } = options;
  const own = demoEnvironment(options.env);
  const stops: Stops = [];
  const close = async (): Promise<void> => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  await assertPortFree(ports.api, 'PORT');
  if (!isGiven(own, 'STRIPE_API_URL')) await assertPortFree(ports.sandbox, 'SANDBOX_PORT');
  await assertPortFree(ports.storage, 'STORAGE_PORT');
  try {
    const servers = await startServers(options, { own, stops });
    const application = await startApplication(options, { own, servers, stops });
    const { apiUrl, stripeUrl, databaseDirectory } = servers;
    return { ...application, apiUrl, stripeUrl, isSandbox: !isGiven(own, 'STRIPE_API_URL'), databaseDirectory, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startApplication(
  { ports, signal, notReady = {} }: StandaloneOptions,
  { own, servers, stops }: { readonly own: DemoEnvironment; readonly servers: Servers; readonly stops: Stops },
): Promise<Pick<Standalone, 'settings' | 'readiness'>> {
  const { apiUrl, stripeUrl, mails } = servers;
  const settings = readSettings({
    ...DEFAULTS,
    ...own,
    ...servers.secrets,
    ...servers.storageEnv,
    DATABASE_URL: servers.databaseUrl,
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
  return { settings, readiness };
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
