import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Finding } from '@app/platform/operations/finding.js';
import { DataSource } from 'typeorm';
import { cliOf } from '../../support/cli.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { assertInvariants } from '../../support/invariants.js';
import { buyTicket } from '../../support/payments.js';
import { type Pgbouncer, startPgbouncer } from '../../support/pgbouncer.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';
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
      timeoutMs: 20_000,
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
});
