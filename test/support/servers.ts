/** The servers of the integration and e2e suites of one worker: a PostgreSQL, a RabbitMQ and an object storage, removed after the run. */
import { randomBytes } from 'node:crypto';
import { type IncomingMessage, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Client } from 'pg';
import { startPostgres } from '../../apps/standalone/src/embedded-postgres.js';
import { startObjectStorage } from '../../apps/standalone/src/object-storage.js';
import { migrate } from '../../migrations/run.js';
import { type RabbitmqServer, type BrokerTopology } from './rabbitmq-server.js';
import { fastParent, temporaryFolder } from './temporary-folder.js';
import { findRabbitmq } from './find-rabbitmq.js';

export interface Servers {
  /** Read by `postgres.ts`, `rabbitmq.ts` and `object-storage.ts` in the suites. */
  readonly environment: Readonly<
    Record<'TEST_POSTGRES_URL' | 'TEST_POSTGRES_PREFIX' | 'TEST_RABBITMQ_CONTROL_URL' | 'TEST_S3_ENDPOINT', string>
  >;
  /** Ends every server and removes its files. A second call changes nothing. */
  stop(): Promise<void>;
}

/** Throws when a server cannot be started. No server runs then. */
export async function startServers({ log }: { log: (line: string) => void }): Promise<Servers> {
  const { path: folder, remove } = temporaryFolder(fastParent());
  const cleanUps: (() => unknown)[] = [remove];
  const stop = once(async () => {
    for (const cleanUp of cleanUps.reverse()) await Promise.resolve(cleanUp()).catch((error: unknown) => log(String(error)));
  });
  try {
    const starting = [
      prepareDatabase(folder, log, (cleanUp) => cleanUps.push(cleanUp)),
      prepareRabbitmq(folder, log, (cleanUp) => cleanUps.push(cleanUp)),
      prepareObjectStorage(folder, (cleanUp) => cleanUps.push(cleanUp)),
    ] as const;
    // Both must have settled before the clean-up after a failure starts.
    await Promise.allSettled(starting);
    const [database, rabbitmq, storage] = await Promise.all(starting);
    return { environment: { ...database, ...rabbitmq, ...storage }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type OnStop = (cleanUp: () => unknown) => void;

async function prepareDatabase(folder: string, log: (line: string) => void, onStop: OnStop) {
  const prefix = `cinema_test_${Date.now().toString(36)}${randomBytes(3).toString('hex')}`;
  const url = process.env.DATABASE_URL || (await startTemporaryPostgres(join(folder, 'postgres'), log, onStop));
  onStop(() => dropDatabases(url, prefix));
  await makeTemplate(url, `${prefix}_template`);
  return { TEST_POSTGRES_URL: url, TEST_POSTGRES_PREFIX: prefix };
}

async function startTemporaryPostgres(dataDir: string, log: (line: string) => void, onStop: OnStop): Promise<string> {
  const server = await startPostgres({ dataDir, port: 0, durable: false, log });
  onStop(server.stop);
  return server.url;
}

async function makeTemplate(url: string, name: string): Promise<void> {
  await withClient(url, (client) => client.query(`CREATE DATABASE ${name}`));
  const template = new URL(url);
  template.pathname = `/${name}`;
  await migrate(template.href);
  // PostgreSQL cannot clone a template that has connections.
  await withClient(url, (client) => client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`));
}

async function dropDatabases(url: string, prefix: string): Promise<void> {
  await withClient(url, async (client) => {
    const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database WHERE starts_with(datname, $1)', [prefix]);
    for (const { datname } of rows) await client.query(`DROP DATABASE ${client.escapeIdentifier(datname)} WITH (FORCE)`);
  });
}

async function withClient(url: string, action: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await action(client);
  } finally {
    await client.end();
  }
}

async function prepareRabbitmq(folder: string, log: (line: string) => void, onStop: OnStop) {
  const rabbitmq = await findRabbitmq(process.env.AMQP_URL, join(folder, 'rabbitmq'), log);
  onStop(() => rabbitmq.remove());
  log(`The tests use ${rabbitmq.name}.`);
  const server = await serveControl(rabbitmq);
  onStop(() => server.close());
  return { TEST_RABBITMQ_CONTROL_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function prepareObjectStorage(folder: string, onStop: OnStop) {
  const storage = await startObjectStorage({ dataDir: join(folder, 'object-storage'), port: 0 });
  onStop(storage.stop);
  return { TEST_S3_ENDPOINT: storage.env.S3_ENDPOINT };
}

/** Serves the control of RabbitMQ over HTTP, because the suites run in other processes than this one. */
async function serveControl(rabbitmq: RabbitmqServer): Promise<Server> {
  const actions: Record<string, (request: IncomingMessage) => Promise<unknown>> = {
    '/start': () => rabbitmq.start(),
    '/stop': () => rabbitmq.stop(),
    '/kill': () => rabbitmq.kill(),
    '/control': async (request) => rabbitmq.control(...(JSON.parse(await text(request)) as string[])),
    '/vhost': async (request) => rabbitmq.freshVhost(JSON.parse(await text(request)) as BrokerTopology),
  };
  const server = createServer((request, response) => {
    Promise.resolve(actions[request.url ?? '']?.(request)).then(
      (result) => response.end(JSON.stringify(result ?? null)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.unref();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function once<T>(action: () => T): () => T {
  let done: { result: T } | undefined;
  return () => (done ??= { result: action() }).result;
}
