/** Starts the servers that the system needs beside itself: PostgreSQL, the Stripe sandbox, a server that catches mails and an object storage. */
import { join } from 'node:path';
import { migrate } from '../../../migrations/run.js';
import { Environment } from '@app/platform/config/environment.js';
import { startSandbox } from '../../stripe-sandbox/src/sandbox.js';
import { type DemoEnvironment, isGiven } from './demo-environment.js';
import { startPostgres } from './embedded-postgres.js';
import { MailCatcher } from './mails/mail-catcher.js';
import { startObjectStorage } from './object-storage.js';
import { loadOrCreateSecrets } from './secrets.js';

export interface ServersOptions {
  readonly dataDir: string;
  readonly ports: { readonly api: number; readonly postgres: number; readonly sandbox: number; readonly storage: number };
  readonly durable: boolean;
  readonly log: (line: string) => void;
  /** When it is aborted, the start stops what it has started and throws its reason. */
  readonly signal?: AbortSignal;
}

export interface Servers {
  readonly apiUrl: string;
  readonly databaseUrl: string;
  /** The directory of PostgreSQL's data, password and log. */
  readonly databaseDirectory: string;
  /** Of the sandbox, or of another stand-in that `STRIPE_API_URL` names. */
  readonly stripeUrl: string;
  /** Those that the environment does not set. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly mails: MailCatcher;
  readonly storageEnv: Readonly<Record<string, string>>;
}

/** What stops each thing that was started, in the order of the start. */
export type Stops = (() => Promise<void>)[];

/** On a failure, what was started is still in `stops`. */
export async function startServers(
  options: ServersOptions,
  { own, stops }: { readonly own: DemoEnvironment; readonly stops: Stops },
): Promise<Servers> {
  const { dataDir, ports, durable, log, signal } = options;
  const apiUrl = `http://127.0.0.1:${ports.api}`;
  const database = { dataDir: join(dataDir, 'postgres'), database: 'cinema', port: ports.postgres };
  const postgres = await startPostgres({ ...database, durable, log, signal });
  stops.push(() => postgres.stop());
  signal?.throwIfAborted();
  await migrate(postgres.url);
  signal?.throwIfAborted();

  const secrets = Object.fromEntries<string>(Object.entries(loadOrCreateSecrets(dataDir)).filter(([name]) => !isGiven(own, name)));
  const environment = new Environment({ ...own, ...secrets });
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
  const { url: databaseUrl, directory: databaseDirectory } = postgres;
  return { apiUrl, databaseUrl, databaseDirectory, stripeUrl, secrets, mails, storageEnv: storage.env };
}
