import pg from 'pg';
import { cliOf } from '../../support/cli.js';
import { dumpDatabase, restoreDatabase } from '../../support/database-copy.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { brokenInvariants } from '../../support/invariants.js';
import { amountKeptAtStripe, buyTicket, confirmIntent, pay, paymentIntentOf } from '../../support/payments.js';
import { type FreshDatabase, emptyDatabase } from '../../support/postgres.js';
import { until } from '../../support/until.js';

const PRICE = 1_500;

describe('A system that is restored from a backup', () => {
  let lost: InProcessSystem;
  let restored: InProcessSystem | undefined;
  let database: FreshDatabase | undefined;
  const closers: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    lost = await startInProcessSystem();
  }, 60_000);
  afterAll(async () => {
    for (const close of closers) await close();
    await restored?.close();
    await lost.close();
    await database?.drop();
  });

  it('payments after the backup are confirmed or given back', async () => {
    const { showtimeId } = await lost.createShowtime({ price: PRICE });
    const customer = await lost.registerCustomer();
    await buyTicket(lost, customer, showtimeId, ['A1']);
    const begun = (await lost.hold(customer, showtimeId, ['A2'])).body;
    const intent = await paymentIntentOf(lost, customer, begun.id);
    const held = (await lost.hold(customer, showtimeId, ['A3'])).body;

    const dump = await dumpDatabase(lost.env['DATABASE_URL']!);

    await confirmIntent(lost, intent);
    await pay(lost, customer, held.id);
    await buyTicket(lost, await lost.registerCustomer(), showtimeId, ['A4']);
    expect(await amountKeptAtStripe(lost)).toBe(4 * PRICE);
    await lost.stopWorker();

    database = await restoreDatabase(dump);
    const { STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET, JWT_SECRET } = lost.env as Record<string, string>;
    const same = { STRIPE_SECRET_KEY: STRIPE_SECRET_KEY!, STRIPE_WEBHOOK_SECRET: STRIPE_WEBHOOK_SECRET!, JWT_SECRET: JWT_SECRET! };
    restored = await startInProcessSystem({ env: { ...same, DATABASE_URL: database.url, STRIPE_API_URL: lost.sandboxUrl } });
    const system = restored;
    const rows = new pg.Pool({ connectionString: database.url, max: 2 });
    closers.push(() => rows.end());
    const world = {
      sandboxUrl: lost.sandboxUrl,
      sql: async <Row extends object>(statement: string, parameters: unknown[] = []) => (await rows.query<Row>(statement, parameters)).rows,
    };

    const checked = await cliOf(system, ['backup', 'check', '--url', database.url, '--json']);
    expect(checked).toMatchObject({ code: 0, stderr: '' });
    const found = await cliOf(system, ['reconcile', '--since', '1d']);
    expect(found).toMatchObject({ code: 1, stderr: expect.stringContaining('money at Stripe for 2 payments') as string });
    const status = async (id: string) => (await system.reservation(customer, id)).status as string;
    await until(async () => (await status(begun.id)) === 'confirmed', {
      what: 'the payment that the backup knew to be confirmed',
      timeoutMs: 15_000,
    });
    const { orphans } = JSON.parse((await cliOf(system, ['reconcile', '--since', '1d', '--json'])).stdout) as {
      orphans: { intentId: string }[];
    };
    // Stripe keeps the intents of the orphans for ever: what must go is their money.
    const known = new Set(orphans.map(({ intentId }) => `M3 intent ${intentId} succeeded and has no payment`));
    const breaches = async () => (await brokenInvariants(world)).filter((breach) => !known.has(breach));
    expect((await breaches()).filter((breach) => breach.startsWith('M'))).not.toEqual([]);

    expect((await cliOf(system, ['reconcile', '--since', '1d', '--refund-orphans'])).code).toBe(0);
    await until(async () => (await breaches()).length === 0, { what: 'the invariants to hold', timeoutMs: 20_000 }).catch(async () => {
      throw new Error((await breaches()).join('\n'));
    });
    expect(await amountKeptAtStripe(lost)).toBe(2 * PRICE);
    expect(await status(held.id)).toBe('held');
  }, 90_000);

  it('a backup that is whole and recent passes, and one that is old or empty does not', async () => {
    const check = (...args: string[]) => cliOf(lost, ['backup', 'check', ...args]);
    const url = lost.env['DATABASE_URL']!;
    const whole = await check('--url', url);
    expect(whole).toMatchObject({ code: 0, stderr: '' });
    expect(whole.stdout).toMatch(/ok {7}tables {7}\d+ tables with \d+ rows can be read\./);

    await lost.sql(`UPDATE messaging.outbox SET time = time - interval '3 days'`);
    expect(await check('--url', url)).toMatchObject({ code: 1, stdout: expect.stringContaining('fault    age') as string });
    expect((await check('--url', url, '--max-age', '80')).code).toBe(0);

    await lost.sql(`ALTER TABLE payments.payments ADD CONSTRAINT planted CHECK (true) NOT VALID`);
    expect((await check('--url', url, '--max-age', '80')).stdout).toContain('These are not valid: payments.payments: planted.');

    const empty = await emptyDatabase();
    try {
      expect(await check('--url', empty.url)).toMatchObject({
        code: 1,
        stdout: expect.stringContaining('no backup of the system') as string,
      });
    } finally {
      await empty.drop();
    }
    expect(await check('--url', 'postgres://nobody@127.0.0.1:1/none')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('would not bring') as string,
    });
    expect((await check()).code).toBe(2);
  }, 60_000);
});
