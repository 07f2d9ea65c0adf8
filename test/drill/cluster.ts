/**
 * A whole cluster on the loopback, as plain processes: PostgreSQL under Patroni, RabbitMQ, PgBouncer, HAProxy, and the processes of the system as
 * they ship. `make cluster`, `make drill` and the end-to-end suite of a failover start the same.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomBytes } from 'node:crypto';
import { migrate } from '../../migrations/run.js';
import { freePort } from '../../apps/standalone/src/free-port.js';
import { testEnvironment } from '../support/in-process-system.js';
import { requireProgram } from '../support/rabbitmq-install.js';
import { type RabbitmqCluster, type RabbitmqNode, installedRabbitmq, startCluster } from '../support/rabbitmq-node.js';
import { until } from '../support/until.js';
import { poolerMachine } from './pooler.js';
import { type PostgresCluster, TEMPLATES, startPostgresCluster } from './postgres-cluster.js';
import { type Machine, program } from './programs.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** On a machine that does much else. */
const STARTS_WITHIN_MS = 180_000;

/** `whole` has two api, RabbitMQ and PgBouncer; `small` has one api, and keeps the broker in PostgreSQL. Both have two workers: one relay waits for the other. */
type ClusterSize = 'whole' | 'small';

interface ClusterOptions {
  /** Removed by the caller. */
  readonly folder: string;
  readonly size: ClusterSize;
  readonly log: (line: string) => void;
  /** Variables that differ from those of the tests. */
  readonly settings: Readonly<Record<string, string>>;
}

export interface Cluster {
  /** Of the api processes, through HAProxy. */
  readonly api: string;
  readonly sandboxUrl: string;
  /** Of the processes. */
  readonly env: Readonly<Record<string, string>>;
  readonly postgres: PostgresCluster;
  readonly rabbitmq: RabbitmqCluster | null;
  readonly machines: readonly Machine[];
  /** Where each worker shows its metrics. */
  readonly workerMetrics: readonly string[];
  /** Throws where there is no machine of this name. */
  machine(this: void, name: string): Machine;
  stop(this: void): Promise<void>;
}

/** Nothing of it remains where it does not start. */
export async function startWholeCluster({ folder, size, log, settings }: ClusterOptions): Promise<Cluster> {
  const isSmall = size === 'small';
  const machines: Machine[] = [];
  const stops: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const machine of [...machines].reverse()) machine.signal('SIGKILL');
    for (const end of stops.reverse()) await end();
  };
  const startOne = async (machine: Machine): Promise<void> => {
    machines.push(machine);
    await machine.start();
  };
  try {
    const apiPorts = await Promise.all((isSmall ? [1] : [1, 2]).map(() => freePort()));
    const postgres = await startPostgresCluster(folder, { apiPorts, password: randomBytes(12).toString('hex') });
    machines.push(...postgres.machines);
    log('PostgreSQL: three nodes, one synchronous standby');
    await migrate(postgres.url);
    const rabbitmq = isSmall ? null : await startRabbitmq(folder, stops);
    if (rabbitmq !== null) log('RabbitMQ: three nodes');
    const brokers = rabbitmq?.nodes.map((node, index) => rabbitmqMachine(node, `rabbitmq${index + 1}`)) ?? [];
    const pooler = isSmall ? null : await poolerMachine(folder, { target: postgres.url, port: await freePort() });
    if (pooler !== null) await startOne(pooler.machine);

    const sandboxPort = await freePort();
    const api = `http://127.0.0.1:${postgres.apiPort}`;
    const vhost = await rabbitmq?.nodes[0]!.freshVhost();
    const env = testEnvironment({
      DATABASE_URL: pooler?.url ?? postgres.url,
      DATABASE_DIRECT_URL: postgres.url,
      DATABASE_READ_URL: postgres.standbyUrl,
      ...(pooler === null ? {} : { DATABASE_POOLER: 'transaction' }),
      ...(rabbitmq === null || vhost === undefined ? {} : { AMQP_URLS: rabbitmq.nodes.map((node) => node.at(vhost)).join() }),
      STRIPE_API_URL: `http://127.0.0.1:${sandboxPort}`,
      SANDBOX_PORT: String(sandboxPort),
      SANDBOX_DATA: ':memory:',
      SANDBOX_WEBHOOK_URL: `${api}/api/v1/webhooks/stripe`,
      SANDBOX_RETRY_DELAYS_MS: '500,1000,2000,5000,10000,20000',
      ...settings,
    });
    const ours = (name: string, { entry, port, own = {} }: OwnProcess): Machine =>
      program({
        name,
        command: process.execPath,
        args: [join(ROOT, `dist/apps/${entry}/src/main.js`)],
        logFile: join(folder, `${name}.log`),
        env: { HOME: folder, ...env, ...own },
        ready: () => healthy(`http://127.0.0.1:${port}/healthz`, name),
      });
    const workerPorts = await Promise.all([1, 2].map(async () => ({ port: await freePort(), metricsPort: await freePort() })));
    // First: the others try the key of Stripe at their start.
    await startOne(ours('sandbox', { entry: 'stripe-sandbox', port: sandboxPort }));
    await Promise.all(
      [
        ...apiPorts.map((port, index) => ours(`api${index + 1}`, { entry: 'api', port, own: { PORT: String(port) } })),
        ...workerPorts.map(({ port, metricsPort }, index) =>
          ours(`worker${index + 1}`, {
            entry: 'worker',
            port,
            own: { WORKER_PORT: String(port), WORKER_METRICS_PORT: String(metricsPort) },
          }),
        ),
      ].map(startOne),
    );
    await healthy(`${api}/readyz`, 'an api behind HAProxy');
    log('The api and worker processes');
    const all = [...machines, ...brokers];
    return {
      api,
      sandboxUrl: env['STRIPE_API_URL']!,
      env,
      postgres,
      rabbitmq,
      machines: all,
      workerMetrics: workerPorts.map(({ metricsPort }) => `http://127.0.0.1:${metricsPort}/metrics`),
      machine: (wanted) => {
        const found = all.find(({ name }) => name === wanted);
        if (found === undefined) throw new Error(`There is no ${wanted}; there are ${all.map(({ name }) => name).join(', ')}.`);
        return found;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface OwnProcess {
  readonly entry: 'api' | 'worker' | 'stripe-sandbox';
  readonly port: number;
  readonly own?: Readonly<Record<string, string>>;
}

async function startRabbitmq(folder: string, stops: (() => unknown)[]): Promise<RabbitmqCluster> {
  await requireProgram('rabbitmq-server', 'rabbitmq-server');
  const rabbitmq = await startCluster(installedRabbitmq()!, join(folder, 'rabbitmq'), join(TEMPLATES, 'rabbitmq.conf'));
  stops.push(() => rabbitmq.remove());
  await rabbitmq.grow();
  await rabbitmq.grow();
  return rabbitmq;
}

function rabbitmqMachine(node: RabbitmqNode, name: string): Machine {
  return {
    name,
    logFile: node.logFile,
    pid: () => node.pid,
    signal: (signal) => node.signal(signal),
    start: () => node.start(),
  };
}

async function healthy(url: string, what: string): Promise<void> {
  const isUp = async (): Promise<boolean> => (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  await until(isUp, { timeoutMs: STARTS_WITHIN_MS, what: `${what} to answer at ${url}`, intervalMs: 100 });
}
