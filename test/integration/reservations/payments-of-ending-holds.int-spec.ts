/** No payment begins for a hold that has ended: it would stay payable, because what cancels the payments of a hold has run already. */
import { Database } from '@app/platform/persistence/database.js';
import type { HttpResponse, Json } from '../../support/http-client.js';
import { until } from '../../support/until.js';
import { ConcurrencyFixture, valueOf } from './concurrency-fixture.js';

const startPayment = (fixture: ConcurrencyFixture, { id }: Json): Promise<HttpResponse> =>
  fixture.system.startPayment(fixture.customer, id as string);
const paymentsOf = ({ system }: ConcurrencyFixture, { id }: Json): Promise<{ status: string }[]> =>
  system.sql('SELECT status FROM payments.payments WHERE reservation_id = $1', [id]);

describe('A payment that begins while its hold ends', () => {
  let fixture: ConcurrencyFixture;
  beforeAll(async () => (fixture = await ConcurrencyFixture.start()), 60_000);
  afterAll(() => fixture?.close());
  beforeEach(() => fixture.createShowtime());

  it('a payment behind a cancellation is refused', async () => {
    const hold = await fixture.hold('A1');
    const [cancelled, started] = await fixture.barrier.runInOrder(
      () => fixture.cancel(hold),
      () => startPayment(fixture, hold),
    );
    expect([valueOf(cancelled).status, valueOf(started).status]).toEqual([200, 409]);
    expect(valueOf(started).body.code).toBe('payments.reservation-ended');
    expect(await paymentsOf(fixture, hold)).toEqual([]);
  });

  it('a payment behind an expiry is refused', async () => {
    const hold = await fixture.hold('A1');
    const [expired, started] = await fixture.barrier.runInOrder(
      () => fixture.expire(hold),
      () => startPayment(fixture, hold),
    );
    expect([valueOf(expired), valueOf(started).status]).toEqual([1, 410]);
    expect(await paymentsOf(fixture, hold)).toEqual([]);
  });

  it('a payment behind a change of seats asks for the new total', async () => {
    const hold = await fixture.hold('A1', 'A2');
    const { token } = fixture.customer;
    const [, started] = await fixture.barrier.runInOrder(
      () => fixture.system.call('PUT', `/reservations/${hold.id}/seats`, { token, body: { seats: ['A2'] } }),
      () => startPayment(fixture, hold),
    );
    expect(valueOf(started)).toMatchObject({ status: 201, body: { amount: { amount: hold.total.amount / 2 } } });
    expect(await paymentsOf(fixture, hold)).toHaveLength(1);
  });

  it('a payment behind the cancellation of its showtime is refused', async () => {
    const hold = await fixture.hold('A1');
    const { showtimeId } = fixture.showtime;
    const client = await fixture.system.database.connect();
    try {
      await client.query(`BEGIN`);
      await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('showtime ' || $1::uuid, 0))`, [showtimeId]);
      const started = startPayment(fixture, hold);
      await Promise.race([started, fixture.barrier.waitForBlocked(1)]);
      await client.query(`INSERT INTO reservations.sales_statuses (showtime_id, version, closed) VALUES ($1, 2, true)`, [showtimeId]);
      await client.query('COMMIT');
      expect((await started).body.code).toBe('payments.showtime-cancelled');
      expect(await paymentsOf(fixture, hold)).toEqual([]);
    } finally {
      client.release(true);
    }
  });

  it('a cancellation behind a payment cancels it', async () => {
    const hold = await fixture.hold('A1');
    const client = await fixture.system.database.connect();
    try {
      await client.query(`BEGIN`);
      await client.query(`LOCK TABLE payments.payments IN SHARE MODE`);
      const started = startPayment(fixture, hold);
      await fixture.barrier.waitForBlocked(1);
      const cancelled = fixture.cancel(hold);
      await Promise.race([cancelled, fixture.barrier.waitForBlocked(2)]);
      await client.query('COMMIT');
      expect([(await started).status, (await cancelled).status]).toEqual([201, 200]);
    } finally {
      client.release(true);
    }
    await fixture.system.startWorker();
    await until(async () => (await paymentsOf(fixture, hold))[0]?.status === 'cancelled', { what: 'the cancelled payment' });
    await fixture.system.stopWorker();
  }, 60_000);
});

describe('Without the lock of the reservation', () => {
  let fixture: ConcurrencyFixture;
  beforeAll(async () => (fixture = await ConcurrencyFixture.start()), 60_000);
  afterAll(() => fixture?.close());

  it('without the lock, a payment begins for a hold that was cancelled', async () => {
    const database = fixture.system.api.get(Database);
    const prepared = database.prepared.bind(database);
    const withoutLock = (sql: string, parameters: unknown[]) => prepared(sql.replace('FOR SHARE OF r', ''), parameters);
    Object.assign(database, { prepared: withoutLock });
    await fixture.createShowtime();
    const hold = await fixture.hold('A1');
    const [cancelled, started] = await fixture.barrier.runInOrder(
      () => fixture.cancel(hold),
      () => startPayment(fixture, hold),
    );
    expect([valueOf(cancelled).status, valueOf(started).status]).toEqual([200, 201]);
  });
});
