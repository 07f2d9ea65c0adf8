import type { Customer } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { confirmIntent, paymentIntentOf } from '../../support/payments.js';
import { until } from '../../support/until.js';

describe('A hold that is not paid', () => {
  let system: InProcessSystem;
  let customer: Customer;
  let other: Customer;

  beforeAll(async () => {
    system = await startInProcessSystem();
    [customer, other] = (await system.registerCustomers(2)) as [Customer, Customer];
  });
  afterAll(() => system.close());

  async function expiries(ids: readonly string[]): Promise<number> {
    const [row] = await system.sql<{ count: number }>(
      `SELECT count(*)::int AS count FROM messaging.outbox WHERE subject = ANY ($1) AND type = 'reservations.hold-expired.v1'`,
      [ids],
    );
    return row!.count;
  }

  async function withoutWorker(work: () => Promise<void>): Promise<void> {
    await system.stopWorker();
    try {
      await work();
    } finally {
      await system.startWorker();
    }
  }

  it('an unpaid hold expires after half an hour, stays visible, and frees its seats', async () => {
    const { showtimeId } = await system.createShowtime();
    const { body } = await system.hold(customer, showtimeId, ['A1', 'A2']);
    await system.advanceClock({ minutes: 29 });
    expect((await system.reservation(customer, body.id)).status).toBe('held');
    await system.advanceClock({ minutes: 2 });
    await until(async () => (await system.reservation(customer, body.id)).status === 'expired', { what: 'the hold to expire' });
    expect(await system.reservation(customer, body.id)).toMatchObject({ endReason: 'unpaid', refund: null });
    expect((await system.hold(other, showtimeId, ['A1', 'A2'])).status).toBe(201);
    expect((await system.call('POST', `/reservations/${body.id}/extend`, { token: customer.token })).status).toBe(410);
    expect((await system.startPayment(customer, body.id)).status).toBe(410);
    expect(await expiries([body.id])).toBe(1);
  });

  it('an unpaid hold gives its seats to the next customer before it is expired', async () => {
    const { showtimeId } = await system.createShowtime();
    const { body } = await system.hold(customer, showtimeId, ['A1']);
    await withoutWorker(async () => {
      await system.advanceClock({ minutes: 31 });
      expect((await system.reservation(customer, body.id)).status).toBe('held');
      expect((await system.hold(other, showtimeId, ['A1'])).status).toBe(201);
      expect((await system.reservation(customer, body.id)).status).toBe('expired');
    });
  });

  it('a hold that was paid keeps its seats where the event of its payment is late', async () => {
    const { showtimeId } = await system.createShowtime();
    const { body } = await system.hold(customer, showtimeId, ['A1']);
    const intent = await paymentIntentOf(system, customer, body.id);
    await system.advanceClock({ minutes: 25 });
    const isChecked = async () =>
      (
        await system.sql(
          `SELECT FROM payments.payments p JOIN payments.payment_checks c ON c.payment_id = p.id
           WHERE p.intent_id = $1 AND c.next_at > p.created_at + interval '31 minutes' AND NOT EXISTS (
             SELECT FROM platform.jobs j WHERE j.kind = 'payments.check-payment' AND j.subject = p.id::text AND run_at IS NOT NULL)`,
          [intent],
        )
      ).length > 0;
    await until(isChecked, { what: 'the last check of the payment before the end of the hold' });
    await fetch(`${system.sandboxUrl}/sandbox/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ webhooks: [{ events: ['payment_intent.succeeded'], next: 1, drop: true }] }),
    });
    await confirmIntent(system, intent);
    expect((await system.reservation(customer, body.id)).status).toBe('held');
    // Payments that are open are checked half a minute before the end. What passed in real time counts too.
    const leftMs = Date.parse(body.heldUntil) - (await system.now()).getTime();
    await system.advanceClock({ minutes: (leftMs - 29_000) / 60_000 });
    await until(async () => (await system.reservation(customer, body.id)).status === 'confirmed', {
      what: 'the payment to be found before the hold ends',
    });
    await system.advanceClock({ minutes: 1 });
    expect((await system.hold(other, showtimeId, ['A1'])).status).toBe(409);
  });

  it('an unpaid hold does not count towards the limits once its time has ended', async () => {
    const { showtimeId } = await system.createShowtime();
    for (const seat of ['A1', 'A2', 'A3']) await system.hold(customer, showtimeId, [seat]);
    await withoutWorker(async () => {
      await system.advanceClock({ minutes: 31 });
      expect((await system.hold(customer, showtimeId, ['A4'])).status).toBe(201);
    });
  });

  it('an unpaid hold expires once, also when many expire it at the same time', async () => {
    const { showtimeId } = await system.createShowtime({ rows: 10, seatsPerRow: 10 });
    await system.stopWorker();
    const customers = await system.registerCustomers(10);
    const seat = (row: number, n: number) => `${'ABCDEFGHIJ'[row]}${n}`;
    const holds = await Promise.all(customers.flatMap((each, row) => [1, 2, 3].map((n) => system.hold(each, showtimeId, [seat(row, n)]))));
    expect(holds.every(({ status }) => status === 201)).toBe(true);
    await system.advanceClock({ minutes: 31 });
    await Promise.all([system.startWorker(), ...customers.map((each, row) => system.hold(each, showtimeId, [seat(row, 1)]))]);
    const ids = holds.map(({ body }) => body.id as string);
    await until(async () => (await expiries(ids)) >= 30, { what: 'thirty holds to expire' });
    expect(await expiries(ids)).toBe(30);
  });
});
