import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Finding } from '@app/platform/operations/findings/finding.js';
import { DataSource } from 'typeorm';
import { cliOf } from '../../support/cli.js';
import { type InProcessSystem, startInProcessSystem, testEnvironment } from '../../support/in-process-system.js';
import { assertInvariants } from '../../support/invariants.js';
import { buyTicket } from '../../support/payments.js';
import { type Pgbouncer, startPgbouncer } from '../../support/pgbouncer.js';
import { migrate } from '../../../migrations/run.js';
import { type FreshDatabase, emptyDatabase, freshDatabase } from '../../support/postgres.js';
import { until } from '../../support/until.js';

const ROLE = `pooled_${randomBytes(6).toString('hex')}`;
const SET_TIMEOUTS = [
  `ALTER ROLE ${ROLE} SET statement_timeout = '5s'`,
  `ALTER ROLE ${ROLE} SET lock_timeout = '2s'`,
  `ALTER ROLE ${ROLE} SET idle_in_transaction_session_timeout = '10s'`,
];

describe('PgBouncer in transaction mode', () => {
  let database: FreshDatabase;
  let direct: string;
  let admin: pg.Client;
  let system: InProcessSystem | null = null;
  const poolers: Pgbouncer[] = [];

  beforeAll(async () => {
    database = await freshDatabase();
    admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    const password = randomBytes(12).toString('hex');
    await admin.query(`CREATE ROLE ${ROLE} LOGIN SUPERUSER PASSWORD '${password}'`);
    const url = new URL(database.url);
    url.username = ROLE;
    url.password = password;
    direct = url.href;
  });
  afterEach(async () => {
    await system?.close();
    system = null;
    for (const pooler of poolers.splice(0)) await pooler.stop();
    await admin.query(`ALTER ROLE ${ROLE} RESET ALL`);
  }, 60_000);
  afterAll(async () => {
    await admin.query(`DROP ROLE ${ROLE}`);
    await admin.end();
    await database.drop();
  });

  async function pooled(): Promise<string> {
    const pooler = await startPgbouncer(direct);
    poolers.push(pooler);
    return pooler.url;
  }
  const start = async (own: Record<string, string>): Promise<InProcessSystem> => {
    const env = { DATABASE_URL: await pooled(), DATABASE_DIRECT_URL: direct, DATABASE_POOLER: 'transaction', ...own };
    return (system = await startInProcessSystem({ env }));
  };
  async function databaseFindings(env: Record<string, string> = {}): Promise<Finding[]> {
    const { stdout } = await cliOf(system!, ['doctor', '--json'], env);
    return (JSON.parse(stdout) as { findings: Finding[] }).findings;
  }

  it('without time-outs of the role the start is refused with what mends it', async () => {
    await expect(start({})).rejects.toThrow(
      `ALTER ROLE "${ROLE}" SET statement_timeout = '5s'; ALTER ROLE "${ROLE}" SET lock_timeout = '2s'; ` +
        `ALTER ROLE "${ROLE}" SET idle_in_transaction_session_timeout = '10s';`,
    );
    // Also where the package of PgBouncer has to be installed first.
  }, 180_000);

  it('the start is refused where the direct address is a pooler', async () => {
    for (const statement of SET_TIMEOUTS) await admin.query(statement);
    await expect(start({ DATABASE_DIRECT_URL: await pooled() })).rejects.toThrow(
      'Connections to DATABASE_DIRECT_URL share sessions, so that two relays would lead',
    );
  }, 60_000);

  it('seats are held, paid and confirmed through it, and the time-outs are in force', async () => {
    for (const statement of SET_TIMEOUTS) await admin.query(statement);
    const running = await start({});
    const { showtimeId } = await running.createShowtime();
    const customers = await running.registerCustomers(8);
    const seats = customers.map((_, index) => `A${index + 1}`);
    const bought = await Promise.all(customers.map((customer, index) => buyTicket(running, customer, showtimeId, [seats[index]!])));
    expect(bought.map(({ status }) => status)).toEqual(customers.map(() => 'confirmed'));
    await until(async () => (await admin.query('SELECT FROM messaging.outbox WHERE published_at IS NULL')).rowCount === 0, {
      what: 'an empty outbox',
    });
    const sql = async <Row extends object>(statement: string, parameters: unknown[] = []): Promise<Row[]> =>
      (await admin.query<Row>(statement, parameters)).rows;
    await assertInvariants({ sandboxUrl: running.sandboxUrl, sql });

    const source = running.api.get(DataSource);
    const codeOf = (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => 'no error',
        (error: { code?: string; driverError?: { code?: string } }) => error.driverError?.code ?? error.code ?? 'no code',
      );
    const whileLocked = async (): Promise<string> => {
      await admin.query('BEGIN; LOCK TABLE reservations.seat_claims IN ACCESS EXCLUSIVE MODE');
      try {
        return await codeOf(source.query('SELECT 1 FROM reservations.seat_claims'));
      } finally {
        await admin.query('ROLLBACK');
      }
    };
    expect(await whileLocked()).toBe('55P03');
    const readable = await source.query<{ name: string; setting: string }[]>(
      `SELECT name, setting FROM pg_settings WHERE name LIKE '%timeout' AND setting <> '0' AND source = 'user' ORDER BY name`,
    );
    expect(readable.map(({ name, setting }) => `${name} ${setting}`)).toEqual([
      'idle_in_transaction_session_timeout 10000',
      'lock_timeout 2000',
      'statement_timeout 5000',
    ]);

    expect((await databaseFindings()).filter(({ part }) => part === 'time-outs' || part === 'leader lock')).toEqual([
      expect.objectContaining({ part: 'time-outs', status: 'ok' }),
    ]);
    const misled = await databaseFindings({ DATABASE_DIRECT_URL: running.env['DATABASE_URL']! });
    expect(misled.find(({ part }) => part === 'leader lock')).toMatchObject({ status: 'fault' });
  }, 120_000);

  describe('on the direct address', () => {
    beforeEach(async () => {
      await admin.query(`ALTER ROLE ${ROLE} SET statement_timeout = '100ms'`);
    });

    /** Runs the work, and keeps the lock of the statement until the work has waited longer for it than the role may. */
    async function whileLocked<T>(url: string, statement: string, work: () => Promise<T>): Promise<T> {
      const locker = new pg.Client({ connectionString: url });
      await locker.connect();
      try {
        await locker.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
        await locker.query(statement);
        const running = work();
        running.catch(() => undefined);
        const waiting = `SELECT FROM pg_stat_activity WHERE datname = $1 AND wait_event_type = 'Lock'`;
        await until(async () => (await admin.query(waiting, [locker.database])).rowCount === 1, { what: 'a statement that waits' });
        await locker.query('SELECT pg_sleep(0.3)');
        await locker.query('COMMIT');
        return await running;
      } finally {
        await locker.end();
      }
    }

    it('a migration is not limited by the time-outs of the role', async () => {
      const empty = await emptyDatabase();
      await admin.query(`ALTER ROLE ${ROLE} SET lock_timeout = '100ms'`);
      try {
        const url = new URL(direct);
        url.pathname = new URL(empty.url).pathname;
        // An index that is made concurrently waits for older transactions, such as a dump's.
        const applied = await whileLocked(empty.url, 'SELECT FROM pg_class', () => migrate(url.href));
        expect(applied.length).toBeGreaterThan(50);
      } finally {
        await empty.drop();
      }
    }, 60_000);

    it.each([['retention'], ['backup', 'check', '--url']])(
      '%s is not limited by the time-outs of the role',
      async (...args) => {
        const env = testEnvironment({ DATABASE_URL: direct, STRIPE_API_URL: 'http://127.0.0.1:1' });
        const run = () => cliOf({ env }, args.length > 1 ? [...args, direct] : args);
        const { code, stdout, stderr } = await whileLocked(database.url, 'LOCK TABLE messaging.inbox IN ACCESS EXCLUSIVE MODE', run);
        expect(`${code} ${stderr} ${stdout}`).not.toContain('statement timeout');
        expect(stdout).toContain(args.length > 1 ? 'can be read' : 'Deleted');
      },
      60_000,
    );
  });
});
