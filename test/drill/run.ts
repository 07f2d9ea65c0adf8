/** `make drill`: every kind of machine of a cluster is lost under load, and what was lost with it is counted. */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import Stripe from 'stripe';
import { migrate } from '../../migrations/run.js';
import { OPERATORS_SETTINGS, customersWithTokens } from '../bench/system.js';
import { freePort } from '../support/free-port.js';
import { HttpClient, type ShowtimeFixture } from '../support/http-client.js';
import { ADMIN, testEnvironment } from '../support/in-process-system.js';
import { brokenInvariants } from '../support/invariants.js';
import { type Pgbouncer, startPgbouncer } from '../support/pgbouncer.js';
import { type RunningProcess, startProcess } from '../support/processes.js';
import { requireProgram } from '../support/rabbitmq-install.js';
import { type RabbitmqCluster, installedRabbitmq, startCluster } from '../support/rabbitmq-node.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';
import { Load } from './load.js';
import { startPostgresCluster } from './postgres-cluster.js';

/** Of 500 seats each. */
const SHOWTIMES = 20;
const SETTLE_MS = 180_000;
const REPORT_MS = 5_000;
const options = process.argv.slice(2).join(' ');
const holdsPerSecond = Number(/holds=(\d+)/.exec(options)?.[1] ?? 40);
/** One api, one worker, the broker in PostgreSQL and no pooler; only the primary is lost. */
const isSmall = options.includes('small=1');

interface Fault {
  readonly atMs: number;
  readonly name: string;
  readonly run: () => Promise<void>;
}

const startedAt = performance.now();
const log = (line: string): void =>
  void process.stdout.write(`${((performance.now() - startedAt) / 1_000).toFixed(1).padStart(6)} s  ${line}\n`);
const { path: folder, remove } = temporaryFolder();
const stops: (() => unknown)[] = [remove];

try {
  await drill();
} finally {
  for (const stop of stops.reverse()) await Promise.resolve(stop()).catch((error: unknown) => log(String(error)));
}
process.exit();

async function drill(): Promise<void> {
  const apiPorts = [await freePort(), await freePort()];
  const cluster = await startPostgresCluster(folder, apiPorts);
  stops.push(cluster.stop);
  log('PostgreSQL: three nodes, one synchronous standby');
  await migrate(cluster.url);
  const rabbit = isSmall ? null : await startRabbit();
  const poolerPort = await freePort();
  const startPooler = (): Promise<Pgbouncer> => startPgbouncer(cluster.url, { poolSize: 25, port: poolerPort });
  let pooler = isSmall ? null : await startPooler();
  stops.push(() => pooler?.stop());

  const sandboxPort = await freePort();
  const api = `http://127.0.0.1:${cluster.haproxyPorts.api}`;
  const env = testEnvironment({
    ...OPERATORS_SETTINGS,
    LOG_LEVEL: 'warn',
    DATABASE_URL: pooler?.url ?? cluster.url,
    DATABASE_DIRECT_URL: cluster.url,
    DATABASE_READ_URL: cluster.standbyUrl,
    ...(pooler === null ? {} : { DATABASE_POOLER: 'transaction' }),
    ...(rabbit === null ? {} : { AMQP_URLS: rabbit.nodes.map((node) => node.at(rabbit.url)).join() }),
    STRIPE_API_URL: `http://127.0.0.1:${sandboxPort}`,
    SANDBOX_PORT: String(sandboxPort),
    SANDBOX_DATA: ':memory:',
    SANDBOX_WEBHOOK_URL: `${api}/api/v1/webhooks/stripe`,
    SANDBOX_RETRY_DELAYS_MS: '500,1000,2000,5000,10000,20000',
  });
  const processes = new Map<string, RunningProcess>();
  stops.push(() => Promise.all([...processes.values()].map((running) => running.kill('SIGKILL'))));
  const start = async (name: string, entry: 'api' | 'worker' | 'stripe-sandbox', port: number, own: Record<string, string> = {}) => {
    const healthUrl = `http://127.0.0.1:${port}/healthz`;
    processes.set(name, await startProcess({ entry, env: { ...env, ...own }, healthUrl, timeoutMs: 60_000 }));
  };
  await start('sandbox', 'stripe-sandbox', sandboxPort);
  const startApi = (index: number): Promise<void> => start(`api ${index + 1}`, 'api', apiPorts[index]!, { PORT: String(apiPorts[index]) });
  const startWorker = async (index: number): Promise<void> => {
    const port = await freePort();
    await start(`worker ${index + 1}`, 'worker', port, { WORKER_PORT: String(port) });
  };
  for (const index of isSmall ? [0] : [0, 1]) await startApi(index);
  for (const index of isSmall ? [0] : [0, 1]) await startWorker(index);
  const client = new HttpClient(api, ADMIN);
  await until(async () => (await client.get('//readyz')).status === 200, { timeoutMs: 30_000, what: 'an api behind HAProxy' });
  log('The api and worker processes');

  const database = new pg.Pool({ connectionString: cluster.url, max: 3, connectionTimeoutMillis: 3_000 });
  database.on('error', () => undefined);
  stops.push(() => database.end());
  const showtime = await client.createShowtime({ rows: 20, seatsPerRow: 25 });
  const showtimeIds = [showtime.showtimeId, ...(await moreShowtimes(client, showtime))];
  const stripe = new Stripe(env['STRIPE_SECRET_KEY']!, { host: '127.0.0.1', port: sandboxPort, protocol: 'http', telemetry: false });
  const load = new Load({ client, stripe, showtimeIds, customers: await customersWithTokens(env), holdsPerSecond });

  const restart = async (name: string, again: () => Promise<void>): Promise<void> => {
    await processes.get(name)!.kill('SIGKILL');
    await pause(3_000);
    await again();
  };
  const all: Fault[] = [
    { atMs: 8_000, name: 'an api is killed', run: () => restart('api 1', () => startApi(0)) },
    { atMs: 20_000, name: 'a worker is killed', run: () => restart('worker 1', () => startWorker(0)) },
    {
      atMs: 32_000,
      name: 'a RabbitMQ node is killed',
      run: async () => {
        await rabbit?.nodes[1]!.kill();
        await pause(8_000);
        await rabbit?.nodes[1]!.start();
      },
    },
    {
      atMs: 55_000,
      name: 'the synchronous standby is killed',
      run: async () => {
        const machine = await cluster.synchronousStandby();
        machine.signal('SIGKILL');
        await pause(8_000);
        machine.start();
      },
    },
    {
      atMs: 72_000,
      name: 'the pooler is killed',
      run: async () => {
        await pooler?.stop();
        await pause(2_000);
        pooler = await startPooler();
      },
    },
    {
      atMs: 84_000,
      name: "etcd's leader is killed",
      run: async () => {
        const machine = await cluster.etcdLeader();
        machine.signal('SIGKILL');
        await pause(6_000);
        machine.start();
      },
    },
    {
      atMs: 98_000,
      name: 'the primary is killed',
      run: async () => {
        const machine = await cluster.primary();
        machine.signal('SIGKILL');
        await pause(30_000);
        machine.start();
      },
    },
    {
      atMs: 145_000,
      name: 'the primary freezes, and thaws after the failover',
      run: async () => {
        const machine = await cluster.primary();
        machine.signal('SIGSTOP');
        await pause(30_000);
        machine.signal('SIGCONT');
      },
    },
  ];
  const faults = isSmall ? all.filter(({ name }) => name === 'the primary is killed').map((fault) => ({ ...fault, atMs: 15_000 })) : all;
  const durationMs = isSmall ? 75_000 : 185_000;
  const begun = performance.now();
  const running = load.run(durationMs);
  const reports = setInterval(() => {
    log(
      `  ${load.held.size} held, ${load.paid.size} paid, ${load.failedAttempts} attempts failed${load.lastFailure === '' ? '' : `: ${load.lastFailure}`}`,
    );
    load.lastFailure = '';
  }, REPORT_MS);
  const rows: string[] = [];
  for (const [index, { atMs, name, run }] of faults.entries()) {
    await pause(Math.max(0, begun + atMs - performance.now()));
    const at = performance.now();
    log(name);
    await run().catch((error: unknown) => log(`${name}: ${String(error)}`));
    const next = begun + (faults[index + 1]?.atMs ?? durationMs);
    await pause(Math.max(0, next - performance.now()));
    const gap = load.longestGapMs(at, performance.now());
    rows.push(`| ${name} | ${(gap / 1_000).toFixed(1)} s |`);
    log(`longest gap ${(gap / 1_000).toFixed(1)} s`);
  }
  await running;
  clearInterval(reports);
  log('The load has ended; what is under way ends');
  const sql = async <Row extends object>(statement: string, parameters: unknown[] = []): Promise<Row[]> =>
    (await database.query<Row>(statement, parameters)).rows;
  let breaches: string[] = ['not looked at'];
  await until(async () => (breaches = await brokenInvariants({ sandboxUrl: env['STRIPE_API_URL']!, sql })).length === 0, {
    timeoutMs: SETTLE_MS,
    intervalMs: 1_000,
    what: 'the invariants to hold',
  }).catch((error: unknown) => log(String(error)));
  const lostOf = async (ids: ReadonlySet<string>, condition: string): Promise<number> => {
    const found = await sql(`SELECT FROM reservations.reservations WHERE id = ANY ($1::uuid[]) AND ${condition}`, [[...ids]]);
    return ids.size - found.length;
  };
  const count = async (from: string): Promise<number> => (await sql<{ n: number }>(`SELECT count(*)::int AS n FROM ${from}`))[0]!.n;
  const doubled = `(SELECT 1 FROM reservations.seat_claims GROUP BY showtime_id, seat HAVING count(*) > 1) AS d`;
  const version = (command: string, args: string[]): string => execFileSync(command, args, { encoding: 'utf8' }).trim().split('\n')[0]!;
  const lines = [
    `${cpus().length} × ${cpus()[0]?.model ?? 'cpu'}; ${version('patroni', ['--version'])}, ${version('haproxy', ['-v'])}, ${version('etcd', ['--version'])}, ` +
      `${version('pgbouncer', ['--version'])}, ${version('/usr/lib/postgresql/15/bin/postgres', ['--version'])}`,
    '',
    '| fault | longest time without an acknowledged hold |',
    '| --- | --- |',
    ...rows,
    '',
    '| counted | |',
    '| --- | --- |',
    `| holds asked for a second | ${holdsPerSecond} |`,
    `| holds acknowledged | ${load.held.size} |`,
    `| refused (${[...load.refused].map(([status, times]) => `${status}: ${times}`).join(', ')}) | ${[...load.refused.values()].reduce((a, b) => a + b, 0)} |`,
    `| attempts that failed and were repeated with their key | ${load.failedAttempts} |`,
    `| customers who gave up after 45 s | ${load.gaveUp} |`,
    `| **acknowledged holds lost** | ${await lostOf(load.held, 'true')} |`,
    `| **paid and not confirmed** | ${await lostOf(load.paid, `status IN ('confirmed', 'completed')`)} of ${load.paid.size} |`,
    `| **seats doubled** | ${await count(doubled)} |`,
    `| events published | ${await count('messaging.outbox')} |`,
    `| deliveries with an effect | ${await count('messaging.inbox')} |`,
    `| **broken invariants** (money, seats, events) | ${breaches.length} |`,
    ...breaches.slice(0, 10).map((breach) => `    ${breach}`),
  ];
  process.stdout.write(`\n${lines.join('\n')}\n`);
}

/** Three nodes, with a virtual host at `url`. */
async function startRabbit(): Promise<RabbitmqCluster & { url: string }> {
  await requireProgram('rabbitmq-server', 'rabbitmq-server');
  const rabbit = await startCluster(installedRabbitmq()!, join(folder, 'rabbitmq'));
  stops.push(() => rabbit.remove());
  await rabbit.grow();
  await rabbit.grow();
  log('RabbitMQ: three nodes');
  return { ...rabbit, url: await rabbit.nodes[0]!.freshVhost() };
}

/** Through the API: rows of SQL would have no events, and break the invariants. */
async function moreShowtimes(client: HttpClient, { movieId, roomId, startsAt }: ShowtimeFixture): Promise<string[]> {
  const token = await client.adminToken();
  const ids: string[] = [];
  for (let number = 1; number < SHOWTIMES; number++) {
    const start = new Date(Date.parse(startsAt) + number * 4 * 3_600_000).toISOString();
    const body = { movieId, roomId, startsAt: start, prices: { standard: 1_250 } };
    ids.push((await client.expectOk('POST', '/showtimes', { token, body })).id as string);
  }
  return ids;
}
