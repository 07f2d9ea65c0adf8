/** `make drill`: every kind of machine of a cluster is lost under load, and what was lost with it is counted. */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import Stripe from 'stripe';
import { OPERATORS_SETTINGS, customersWithTokens } from '../bench/system.js';
import { HttpClient } from '../support/http-client.js';
import { ADMIN } from '../support/in-process-system.js';
import { brokenInvariants } from '../support/invariants.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';
import { startWholeCluster } from './cluster.js';
import { type Sql, countLosses } from './counts.js';
import { faultsOf } from './faults.js';
import { LeaderWatch } from './leaders.js';
import { Load } from './load.js';
import { createShowtimes } from './showtimes.js';

/** The load may ask for more than the machines do: what was paid meanwhile is confirmed later. */
const SETTLE_MS = 600_000;
const REPORT_MS = 5_000;
const options = process.argv.slice(2).join(' ');
const holdsPerSecond = Number(/holds=(\d+)/.exec(options)?.[1] ?? 40);
const isSmall = options.includes('small=1');
/** Of 250 pairs of seats each: most of them are free to the end. */
const showtimes = Math.max(20, holdsPerSecond * 2);

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
  const settings = { ...OPERATORS_SETTINGS, LOG_LEVEL: 'warn' };
  const cluster = await startWholeCluster({ folder, size: isSmall ? 'small' : 'whole', log, settings });
  stops.push(cluster.stop);
  const client = new HttpClient(cluster.api, ADMIN);
  const database = new pg.Pool({ connectionString: cluster.postgres.url, max: 3, connectionTimeoutMillis: 3_000 });
  database.on('error', () => undefined);
  stops.push(() => database.end());
  const sql: Sql = async <Row extends object>(statement: string, parameters: unknown[] = []) =>
    (await database.query<Row>(statement, parameters)).rows;
  const { hostname: host, port } = new URL(cluster.sandboxUrl);
  const stripe = new Stripe(cluster.env['STRIPE_SECRET_KEY']!, { host, port: Number(port), protocol: 'http', telemetry: false });
  const showtimeIds = await createShowtimes(client, showtimes);
  const load = new Load({ client, stripe, showtimeIds, customers: await customersWithTokens(cluster.env), holdsPerSecond });
  const watch = new LeaderWatch(cluster.workerMetrics);
  const { faults, durationMs } = faultsOf(cluster, { isSmall });

  const begun = performance.now();
  watch.start();
  const running = load.run(durationMs);
  const reports = setInterval(() => {
    const failure = load.lastFailure === '' ? '' : `: ${load.lastFailure}`;
    log(`  ${load.held.size} held, ${load.paid.size} paid, ${load.failedAttempts} attempts failed${failure}`);
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
    const gap = `${(load.longestGapMs(at, performance.now()) / 1_000).toFixed(1)} s`;
    rows.push(`| ${name} | ${gap} |`);
    log(`longest gap ${gap}`);
  }
  await running;
  clearInterval(reports);
  log('The load has ended; what is under way ends');
  let breaches: string[] = ['not looked at'];
  const endedAt = performance.now();
  await until(async () => (breaches = await brokenInvariants({ sandboxUrl: cluster.sandboxUrl, sql })).length === 0, {
    timeoutMs: SETTLE_MS,
    intervalMs: 1_000,
    what: 'the invariants to hold',
  }).catch((error: unknown) => log(String(error)));
  const settledAfterS = Math.round((performance.now() - endedAt) / 1_000);
  const leaders = watch.stop();
  const counts = await countLosses(load, sql);
  const refusals = [...load.refused];
  const lines = [
    machineAndVersions(),
    '',
    '| fault | longest time without an acknowledged hold |',
    '| --- | --- |',
    ...rows,
    '',
    '| counted | |',
    '| --- | --- |',
    `| holds asked for a second | ${holdsPerSecond} |`,
    `| holds acknowledged | ${load.held.size} |`,
    `| refused (${refusals.map(([status, times]) => `${status}: ${times}`).join(', ')}) | ${refusals.reduce((sum, [, times]) => sum + times, 0)} |`,
    `| attempts that failed and were repeated with their key | ${load.failedAttempts} |`,
    `| customers who gave up after 45 s | ${load.gaveUp} |`,
    `| from the end of the load until everything was settled | ${settledAfterS} s |`,
    `| **acknowledged holds lost** | ${counts.lost} |`,
    `| **paid and not confirmed** | ${counts.unconfirmed} of ${load.paid.size} |`,
    `| **seats doubled** | ${counts.doubledSeats} |`,
    `| **two relays that lead at once** | ${leaders.twice} of ${leaders.readings} readings; the leader changed ${leaders.changes} times |`,
    `| events published | ${counts.eventsPublished} |`,
    `| deliveries with an effect | ${counts.deliveriesWithEffect} |`,
    `| **broken invariants** (money, seats, events) | ${breaches.length} |`,
    ...breaches.slice(0, 10).map((breach) => `    ${breach}`),
  ];
  process.stdout.write(`\n${lines.join('\n')}\n`);
}

function machineAndVersions(): string {
  const version = (command: string, args: string[]): string =>
    execFileSync(command, args, { encoding: 'utf8', env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` } })
      .trim()
      .split('\n')[0]!;
  const servers = [version('patroni', ['--version']), version('haproxy', ['-v']), version('etcd', ['--version'])];
  return [`${cpus().length} × ${cpus()[0]?.model ?? 'cpu'}`, ...servers, ...(isSmall ? [] : [version('pgbouncer', ['--version'])])].join(
    '; ',
  );
}
