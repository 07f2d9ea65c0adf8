import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import Stripe from 'stripe';
import { newId } from '@app/kernel/id.js';
import { customersWithTokens } from '../bench/system.js';
import { type Cluster, startWholeCluster } from '../drill/cluster.js';
import { type Sql, countLosses } from '../drill/counts.js';
import { LeaderWatch } from '../drill/leaders.js';
import { Load } from '../drill/load.js';
import { createShowtimes } from '../drill/showtimes.js';
import { HttpClient } from '../support/http-client.js';
import { ADMIN } from '../support/in-process-system.js';
import { assertInvariants } from '../support/invariants.js';
import { fastParent, temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';

/** Patroni waits 20 s before it replaces a primary, and this machine may do much else. */
const WAIT = { timeoutMs: 180_000, intervalMs: 100 };
/** Few, so that the machine has time for three PostgreSQL. */
const HOLDS_PER_SECOND = 3;
/** Paid before the fault, and after it. */
const ENOUGH = 6;

describe('With the primary of PostgreSQL killed', () => {
  const { path: folder, remove } = temporaryFolder(fastParent());
  const stops: (() => Promise<void>)[] = [remove];
  let cluster: Cluster;
  let database: pg.Pool;
  const sql: Sql = async <Row extends object>(statement: string, parameters: unknown[] = []) =>
    (await database.query<Row>(statement, parameters)).rows;

  beforeAll(async () => {
    const settings = { LOG_LEVEL: 'warn', ACCESS_TOKEN_SECONDS: '3600', MAX_HOLDS_PER_CUSTOMER: '0' };
    cluster = await startWholeCluster({ folder, size: 'small', log: () => undefined, settings });
    stops.push(cluster.stop);
    database = new pg.Pool({ connectionString: cluster.postgres.url, max: 3, connectionTimeoutMillis: 3_000 });
    database.on('error', () => undefined);
    stops.push(() => database.end());
    // Also where the packages have to be installed first.
  }, 400_000);
  afterAll(async () => {
    for (const stop of stops.reverse()) await stop();
  }, 60_000);

  it('a standby takes over, and nothing that was acknowledged is lost', async () => {
    const client = new HttpClient(cluster.api, ADMIN);
    const { hostname: host, port } = new URL(cluster.sandboxUrl);
    const stripe = new Stripe(cluster.env['STRIPE_SECRET_KEY']!, { host, port: Number(port), protocol: 'http', telemetry: false });
    const showtimeIds = await createShowtimes(client, 2);
    const customers = await customersWithTokens(cluster.env);
    const load = new Load({ client, stripe, showtimeIds, customers, holdsPerSecond: HOLDS_PER_SECOND });
    const watch = new LeaderWatch(cluster.workerMetrics);
    watch.start();
    const running = load.run();
    await until(() => load.paid.size >= ENOUGH, { ...WAIT, what: 'payments' });

    const lost = await cluster.postgres.primary();
    lost.signal('SIGKILL');
    const leaderNow = async (): Promise<string | undefined> =>
      [...(await cluster.postgres.roles())].find(([, role]) => role === 'leader')?.[0];
    await until(async () => ((await leaderNow()) ?? lost.name) !== lost.name, { ...WAIT, what: 'another primary' });
    const before = load.paid.size;
    await until(() => load.paid.size >= before + ENOUGH, { ...WAIT, what: 'payments after the failover' });
    load.stop();
    await running;

    await assertInvariants({ sandboxUrl: cluster.sandboxUrl, sql }, WAIT);
    expect(await countLosses(load, sql)).toMatchObject({ lost: 0, unconfirmed: 0, doubledSeats: 0 });
    // What would be lost is seen.
    const withOneMore = { held: new Set([...load.held, newId()]), paid: new Set([...load.paid, newId()]) };
    expect(await countLosses(withOneMore, sql)).toMatchObject({ lost: 1, unconfirmed: 1 });
    const leaders = watch.stop();
    expect(leaders.readings).toBeGreaterThan(ENOUGH);
    expect(leaders.twice).toBe(0);
  }, 600_000);
});

describe('The watch for two leading relays', () => {
  it('two workers that both say that they lead are seen, and one is not', async () => {
    const server = createServer((_request, response) => response.end('cinema_relay_leads 1\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
    const [both, one] = [new LeaderWatch([url, url]), new LeaderWatch([url, 'http://127.0.0.1:1/metrics'])];
    try {
      await until(async () => (await both.read(), both.stop().twice > 0), { what: 'two leaders' });
      await one.read();
      expect(one.stop()).toMatchObject({ readings: 1, twice: 0 });
    } finally {
      server.close();
    }
  });
});
