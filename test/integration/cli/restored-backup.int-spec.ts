import pg from 'pg';
import { cliOf } from '../../support/cli.js';
import { dumpDatabase, restoreDatabase } from '../../support/database-copy.js';
import { type InProcessSystem, startInProcessSystem, testEnvironment } from '../../support/in-process-system.js';
import { brokenInvariants } from '../../support/invariants.js';
import { amountKeptAtStripe, buyTicket, confirmIntent, pay, paymentIntentOf } from '../../support/payments.js';
import { type FreshDatabase, emptyDatabase } from '../../support/postgres.js';
import { until } from '../../support/until.js';

interface EventNumber {
  readonly id: string;
  readonly sequence: number;
}

const PRICE = 1_500;
const LOWER_PRICE = 1_100;

/** Of a new user, who has logged in. */
async function refreshTokenOf(system: InProcessSystem): Promise<string> {
  const { email, password } = await system.registerCustomer();
  const { body } = await system.post('/auth/login', { email, password });
  return body.refreshToken as string;
}

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

  it('payments and refunds after the backup are known before the system serves', async () => {
    const { showtimeId } = await lost.createShowtime({ price: PRICE });
    const customer = await lost.registerCustomer();
    await buyTicket(lost, customer, showtimeId, ['A1']);
    const begun = (await lost.hold(customer, showtimeId, ['A2'])).body;
    const intent = await paymentIntentOf(lost, customer, begun.id);
    const held = (await lost.hold(customer, showtimeId, ['A3'])).body;
    const refunding = await lost.registerCustomer();
    const cancelled = await buyTicket(lost, refunding, showtimeId, ['B1']);
    const changed = await buyTicket(lost, refunding, showtimeId, ['B2']);

    const stolen = await refreshTokenOf(lost);
    const dump = await dumpDatabase(lost.env['DATABASE_URL']!);

    await confirmIntent(lost, intent);
    await pay(lost, customer, held.id);
    await buyTicket(lost, await lost.registerCustomer(), showtimeId, ['A4']);
    await lost.expectOk('PATCH', `/showtimes/${showtimeId}`, {
      token: await lost.adminToken(),
      body: { prices: { standard: LOWER_PRICE } },
    });
    await lost.cancel(refunding, cancelled.id);
    await lost.expectOk('PUT', `/reservations/${changed.id}/seats`, { token: refunding.token, body: { seats: ['B3'] } });
    await until(async () => (await amountKeptAtStripe(lost)) === 4 * PRICE + LOWER_PRICE, { what: 'the refunds' });
    await lost.post('/auth/logout', { refreshToken: stolen });
    await lost.stopWorker();

    database = await restoreDatabase(dump);
    const { STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET, JWT_SECRET } = lost.env as Record<string, string>;
    const same = { STRIPE_SECRET_KEY: STRIPE_SECRET_KEY!, STRIPE_WEBHOOK_SECRET: STRIPE_WEBHOOK_SECRET!, JWT_SECRET: JWT_SECRET! };
    const env = testEnvironment({ ...same, DATABASE_URL: database.url, STRIPE_API_URL: lost.sandboxUrl });
    const cli = (...args: string[]) => cliOf({ env }, args);
    const rows = new pg.Pool({ connectionString: database.url, max: 2 });
    closers.push(() => rows.end());
    const world = {
      sandboxUrl: lost.sandboxUrl,
      sql: async <Row extends object>(statement: string, parameters: unknown[] = []) => (await rows.query<Row>(statement, parameters)).rows,
    };

    expect(await cli('backup', 'check', '--url', database.url, '--json')).toMatchObject({ code: 0, stderr: '' });
    // A time at which the sweeper ends the hold as soon as a worker runs, if its payment is not known by then.
    await world.sql(`UPDATE reservations.reservations SET held_until = now() - interval '1 minute' WHERE id = $1`, [begun.id]);
    const found = await cli('reconcile', '--since', '1d');
    expect(found).toMatchObject({ code: 1, stderr: expect.stringContaining('money at Stripe for 2 payments') as string });
    for (const [{ id, code }, amount] of [
      [cancelled, PRICE],
      [changed, PRICE - LOWER_PRICE],
    ] as const)
      expect(found.stdout).toContain(`Reservation ${code} (${id}) is confirmed, and ${amount} EUR of its payment went back.`);
    expect(await cli('end-sessions')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Ended \d+ sessions\.$/) as string });
    const { orphans } = JSON.parse((await cli('reconcile', '--since', '1d', '--json')).stdout) as { orphans: { intentId: string }[] };

    restored = await startInProcessSystem({ env });
    const system = restored;
    // Its owner has logged out after the backup, which has the session.
    expect((await system.post('/auth/refresh', { refreshToken: stolen })).status).toBe(401);
    const status = async (id: string) => (await system.reservation(customer, id)).status as string;
    await until(async () => (await status(begun.id)) === 'confirmed', { what: 'the payment that the backup knew to be confirmed' });
    const confirmedLate = await world.sql(`SELECT late FROM reservations.reservations WHERE id = $1`, [begun.id]);
    expect(confirmedLate).toEqual([{ late: false }]);
    // Stripe keeps the intents of the orphans for ever: what must go is their money. And it counts refunds as ours that are external here.
    const known = new Set([
      ...orphans.map(({ intentId }) => `M3 intent ${intentId} succeeded and has no payment`),
      `M1 reservation ${cancelled.id} eur: ${PRICE} is due, our rows say ${PRICE} was kept, Stripe's ledger 0`,
      `M1 reservation ${changed.id} eur: ${PRICE} is due, our rows say ${PRICE} was kept, Stripe's ledger ${LOWER_PRICE}`,
    ]);
    const breaches = async () => (await brokenInvariants(world)).filter((breach) => !known.has(breach));
    expect((await breaches()).filter((breach) => breach.startsWith('M'))).not.toEqual([]);

    expect((await cli('reconcile', '--since', '1d', '--refund-orphans')).code).toBe(0);
    // Ended by an admin, because their money is with them: nothing more goes back.
    for (const { id } of [cancelled, changed])
      await system.expectOk('POST', `/admin/reservations/${id}/cancel`, {
        token: await system.adminToken(),
        body: { refund: 'none', reason: 'Cancelled before the restore.' },
      });
    await until(async () => (await breaches()).length === 0, { what: 'the invariants to hold' }).catch(async () => {
      throw new Error((await breaches()).join('\n'));
    });
    expect(await amountKeptAtStripe(lost)).toBe(2 * PRICE + LOWER_PRICE);
    expect(await status(held.id)).toBe('held');

    // What docs/subscribing.md tells subscribers: the number that a lost event had is given to another one.
    const ended = `SELECT id, sequence FROM messaging.outbox WHERE subject = $1 AND type = 'reservations.reservation-cancelled.v1'`;
    const [[before], [after]] = await Promise.all([
      lost.sql<EventNumber>(ended, [cancelled.id]),
      world.sql<EventNumber>(ended, [cancelled.id]),
    ]);
    expect(after!.sequence).toBe(before!.sequence);
    expect(after!.id).not.toBe(before!.id);
  }, 90_000);

  it('a backup that is whole and recent passes, and one that is old or empty does not', async () => {
    const check = (...args: string[]) => cliOf(lost, ['backup', 'check', ...args]);
    const url = lost.env['DATABASE_URL']!;
    const whole = await check('--url', url);
    expect(whole).toMatchObject({ code: 0, stderr: '' });
    expect(whole.stdout).toMatch(/ok {7}tables {7}\d+ tables with \d+ rows can be read\./);

    // The password of the system is not the one of the server where a backup is looked at.
    expect(await cliOf(lost, ['backup', 'check', '--url', url], { DATABASE_PASSWORD: 'of-the-system' })).toMatchObject({
      code: 0,
      stderr: '',
    });

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
