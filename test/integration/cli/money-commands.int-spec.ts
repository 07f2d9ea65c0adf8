import { cliOf } from '../../support/cli.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { amountKeptAtStripe, buyTicket } from '../../support/payments.js';
import { until } from '../../support/until.js';

describe('The commands about money', () => {
  let system: InProcessSystem;

  beforeAll(async () => {
    system = await startInProcessSystem();
  }, 60_000);
  afterAll(() => system.close());

  const cli = (...args: string[]) => cliOf(system, args);
  const actions = async (): Promise<string[]> =>
    (await system.sql<{ action: string }>('SELECT action FROM platform.audit_trail WHERE actor IS NULL ORDER BY id')).map(
      ({ action }) => action,
    );

  it('money of a payment that a restore has lost is found, and given back once', async () => {
    const { showtimeId } = await system.createShowtime({ price: 1_500 });
    const customer = await system.registerCustomer();
    const reservation = await buyTicket(system, customer, showtimeId, ['A1']);
    expect(await cli('reconcile', '--since', '1d')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Compared 1 payment intents') as string,
    });

    // As a backup from before the payment would leave it.
    await system.stopWorker();
    await system.sql('DELETE FROM payments.payments WHERE reservation_id = $1', [reservation.id]);
    const found = await cli('reconcile', '--since', '1d');
    expect(found).toMatchObject({ code: 1, stderr: expect.stringContaining('money at Stripe for 1 payments') as string });
    expect(found.stdout).toMatch(/Orphan pi_\w+: 1500 EUR arrived, 0 went back before\./);
    expect(await amountKeptAtStripe(system)).toBe(1_500);

    expect((await cli('reconcile', '--since', '1d', '--refund-orphans')).code).toBe(0);
    expect(await amountKeptAtStripe(system)).toBe(0);
    const again = await cli('reconcile', '--since', '1d', '--refund-orphans', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ orphans: [{ received: 1_500, refunded: 1_500 }], refunded: [{ amount: 0 }] });
    expect((await actions()).filter((action) => action === 'payments.refund-orphan')).toHaveLength(1);
    await system.startWorker();
  }, 60_000);

  it('a part of a payment is given back, listed, and not tried again', async () => {
    const { showtimeId } = await system.createShowtime({ price: 2_000 });
    const customer = await system.registerCustomer();
    const reservation = await buyTicket(system, customer, showtimeId, ['A1']);
    const [payment] = await system.sql<{ id: string }>('SELECT id FROM payments.payments WHERE reservation_id = $1', [reservation.id]);
    expect(await cli('refunds', 'request', payment!.id, '--amount', '300', '--note', 'The heating was off')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Requested [\w-]+: 300 EUR go back\.$/),
    });
    const listed = JSON.parse((await cli('refunds', 'list', '--json')).stdout) as { data: { id: string; amount: object }[] };
    expect(listed.data[0]).toMatchObject({ paymentId: payment!.id, amount: { amount: 300, currency: 'EUR' } });
    const isAtStripe = async () => (await system.sql(`SELECT 1 FROM payments.refunds WHERE status = 'succeeded'`)).length === 1;
    await until(isAtStripe, { what: 'the refund to succeed: one on its way is not refused, and nothing changes' });
    expect(await cli('refunds', 'retry', listed.data[0]!.id)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Only a failed refund') as string,
    });
    expect(await cli('refunds', 'retry')).toMatchObject({ code: 0, stdout: 'Tried again: 0 refunds.' });
    expect(await cli('refunds', 'request', payment!.id, '--amount', '9000', '--note', 'x')).toMatchObject({ code: 1 });
    expect(await actions()).toContain('payments.refund-as-goodwill');
  }, 60_000);

  it('a refund that is requested twice goes back once, and with another key twice', async () => {
    const { showtimeId } = await system.createShowtime({ price: 2_000 });
    const reservation = await buyTicket(system, await system.registerCustomer(), showtimeId, ['A1']);
    const [payment] = await system.sql<{ id: string }>('SELECT id FROM payments.payments WHERE reservation_id = $1', [reservation.id]);
    const request = (...own: string[]) =>
      cli('refunds', 'request', payment!.id, '--amount', '300', '--note', 'The heating was off', ...own);
    const requested = async () => (await system.sql('SELECT FROM payments.refunds WHERE payment_id = $1', [payment!.id])).length;
    const both = await Promise.all([request(), request()]);
    expect(both.filter(({ code, stdout }) => code === 0 && stdout.endsWith('300 EUR go back.'))).toHaveLength(1);
    const again = await request();
    expect(again).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^[\w-]+ was requested before: 300 EUR\. Nothing more goes back/),
    });
    expect(await requested()).toBe(1);
    expect(JSON.parse((await request('--key', 'second', '--json')).stdout)).toMatchObject({ amount: { amount: 300 }, replayed: false });
    expect(JSON.parse((await request('--key', 'second', '--json')).stdout)).toMatchObject({ amount: { amount: 300 }, replayed: true });
    expect(await requested()).toBe(2);
  }, 60_000);

  it('an event of Stripe is listed and applied again', async () => {
    const { data } = JSON.parse((await cli('stripe-events', 'list', '--status', 'applied', '--json')).stdout) as { data: { id: string }[] };
    expect(data.length).toBeGreaterThan(0);
    expect(await cli('stripe-events', 'replay', data[0]!.id)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('is applied') as string,
    });
    expect(await cli('stripe-events', 'replay', 'evt_none')).toMatchObject({ code: 1, stderr: 'There is no such Stripe event.' });
    expect(await actions()).toContain('payments.replay-webhook');
  });
});
