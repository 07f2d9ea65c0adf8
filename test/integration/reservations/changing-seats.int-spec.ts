import { ProcessCancellationRuns } from '../../../libs/reservations/src/application/commands/process-cancellation-runs.js';
import { CancellationRuns } from '../../../libs/reservations/src/domain/cancellation-runs.js';
import type { Customer, HttpResponse, Json } from '../../support/http-client.js';
import { amountKeptAtStripe, confirmIntent, paymentIntentOf } from '../../support/payments.js';
import { until } from '../../support/until.js';
import { ConcurrencyFixture, type PaidHold, valueOf } from './concurrency-fixture.js';

describe('Changing the seats of a reservation', () => {
  let fixture: ConcurrencyFixture;
  beforeAll(async () => (fixture = await ConcurrencyFixture.start()), 60_000);
  afterAll(() => fixture?.close());
  beforeEach(() => fixture.createShowtime());

  const change = ({ id }: Json, seats: string[], customer: Customer = fixture.customer): Promise<HttpResponse> =>
    fixture.system.call('PUT', `/reservations/${id}/seats`, { token: customer.token, body: { seats } });
  const labelsOf = async (reservation: Json): Promise<string[]> =>
    ((await fixture.read(reservation)).seats as { label: string }[]).map(({ label }) => label);
  const rivalHold = async (...seats: string[]): Promise<Json> => {
    const { status, body } = await fixture.system.hold(fixture.rival, fixture.showtime.showtimeId, seats);
    expect(status).toBe(201);
    return body;
  };

  /** Resolves once payments has recorded it. */
  async function refundAtStripe({ payment: { paymentId } }: PaidHold, amount: number): Promise<void> {
    const [payment] = await fixture.system.sql<{ intent: string }>('SELECT intent_id AS intent FROM payments.payments WHERE id = $1', [
      paymentId,
    ]);
    await fixture.system.stripe.refunds.create({ payment_intent: payment!.intent, amount });
    const recorded = () => fixture.system.sql('SELECT FROM payments.payments WHERE id = $1 AND refunded = $2', [paymentId, amount]);
    await fixture.system.startWorker();
    await until(async () => (await recorded()).length > 0, { what: 'the external refund' });
    await fixture.system.stopWorker();
  }

  /** Events wait for the worker, which does not run: only seats and holds are looked at. */
  const seatBreachesOf = async (...holds: Json[]): Promise<string[]> =>
    (await Promise.all(holds.map((hold) => fixture.breachesOf(hold)))).flat().filter((rule) => /^[SH]/.test(rule));

  it('fewer seats of a paid reservation refund the difference, twice', async () => {
    const hold = await fixture.paidHold('A1', 'A2', 'A3');
    await fixture.settle(hold);
    const before = await amountKeptAtStripe(fixture.system);
    const price = hold.payment.amount.amount / 3;
    expect((await change(hold, ['A1', 'A4'])).body.total.amount).toBe(2 * price);
    expect((await change(hold, ['B1'])).body).toMatchObject({
      status: 'confirmed',
      refund: { status: 'requested', reason: 'seats-changed' },
    });
    await fixture.assertInvariants();
    expect(await fixture.read(hold)).toMatchObject({
      refund: { amount: { amount: 2 * price }, status: 'succeeded', reason: 'seats-changed' },
    });
    expect(before - (await amountKeptAtStripe(fixture.system))).toBe(2 * price);
  });

  it('a cancellation after a change gives back exactly what was paid', async () => {
    const hold = await fixture.paidHold('A1', 'A2');
    await fixture.settle(hold);
    const before = await amountKeptAtStripe(fixture.system);
    await change(hold, ['A2']);
    expect((await fixture.cancel(hold)).status).toBe(200);
    await fixture.assertInvariants();
    expect(before - (await amountKeptAtStripe(fixture.system))).toBe(hold.payment.amount.amount);
  });

  it('a quote promises nothing twice while the refund of a change is not requested', async () => {
    const hold = await fixture.paidHold('A1', 'A2');
    await fixture.settle(hold);
    const before = await amountKeptAtStripe(fixture.system);
    const total = hold.payment.amount.amount;
    const quote = () => fixture.system.expectOk('GET', `/reservations/${hold.id}/cancellation`, { token: fixture.customer.token });
    await refundAtStripe(hold, total - 300);
    expect(await quote()).toMatchObject({ refund: { amount: 300 }, kept: { amount: 0 } });
    expect((await change(hold, ['A2'])).body.refund).toMatchObject({ amount: { amount: 300 }, status: 'requested' });
    expect(await quote()).toMatchObject({ cancellable: true, refund: { amount: 0 }, kept: { amount: 0 } });
    expect((await fixture.cancel(hold)).body.refund.amount.amount).toBe(300);
    expect(await quote()).toMatchObject({ cancellable: false, kept: { amount: 0 } });
    await fixture.assertInvariants();
    expect((await fixture.read(hold)).refund).toMatchObject({ amount: { amount: 300 }, status: 'succeeded' });
    expect(before - (await amountKeptAtStripe(fixture.system))).toBe(total);
  });

  it('a cancellation is answered with the whole sum that goes back', async () => {
    const hold = await fixture.paidHold('A1', 'A2');
    await fixture.settle(hold);
    await change(hold, ['A2']);
    const { amount } = hold.payment.amount;
    expect((await fixture.cancel(hold)).body.refund).toMatchObject({ amount: { amount }, status: 'requested' });
    await fixture.assertInvariants();
    expect((await fixture.read(hold)).refund).toMatchObject({ amount: { amount }, status: 'succeeded' });
  });

  it('a refund whose message is lost is requested all the same', async () => {
    const hold = await fixture.paidHold('A1', 'A2');
    await fixture.settle(hold);
    await change(hold, ['A2']);
    await fixture.system.sql(
      `INSERT INTO messaging.inbox (queue, message_id) SELECT 'payments.refund-payment-when-refund-due-raised', id
       FROM messaging.outbox WHERE subject = $1 AND type = 'reservations.refund-due-raised.v1'`,
      [hold.id],
    );
    await fixture.assertInvariants();
    expect(await fixture.read(hold)).toMatchObject({ refund: { status: 'succeeded', reason: 'seats-changed' } });
  });

  it('a payment begun for the old total is replaced by one of the new total', async () => {
    const hold = await fixture.hold('A1', 'A2');
    const old = await paymentIntentOf(fixture.system, fixture.customer, hold.id as string);
    const { body } = await change(hold, ['A2']);
    const next = await paymentIntentOf(fixture.system, fixture.customer, hold.id as string);
    expect((await fixture.system.stripe.paymentIntents.retrieve(old)).status).toBe('canceled');
    expect((await fixture.system.stripe.paymentIntents.retrieve(next)).amount).toBe(body.total.amount);
    await confirmIntent(fixture.system, next);
    await fixture.assertInvariants();
    expect((await fixture.read(hold)).status).toBe('confirmed');
  });

  it('a payment of the old total buys the ticket and gives the rest back', async () => {
    const hold = await fixture.paidHold('A1', 'A2');
    await change(hold, ['A2']);
    await fixture.settle(hold);
    expect((await fixture.read(hold)).status).toBe('confirmed');
    await fixture.assertInvariants();
    expect(await fixture.read(hold)).toMatchObject({ refund: { status: 'succeeded', reason: 'seats-changed' } });
  });

  it('refusals name the taken seats and both prices, and change nothing', async () => {
    const hold = await fixture.hold('A1', 'A2');
    await rivalHold('A3');
    const [taken, dearer, foreign] = [
      await change(hold, ['A2', 'A3']),
      await change(hold, ['A1', 'A2', 'A4']),
      await change(hold, ['A5'], fixture.rival),
    ];
    expect([taken.status, taken.body.conflictingSeats]).toEqual([409, ['A3']]);
    expect(dearer.body).toMatchObject({ code: 'reservations.seats-dearer', currentTotal: hold.total, newTotal: { currency: 'EUR' } });
    expect([dearer.status, foreign.status]).toEqual([422, 404]);
    expect(await labelsOf(hold)).toEqual(['A1', 'A2']);
    expect((await change(hold, ['A2', 'A1'])).status).toBe(200);
    expect(await fixture.eventsOf(hold)).toEqual(['seats-held']);
  });

  it('of two changes to one seat at the same time one is refused', async () => {
    const [hold, other] = [await fixture.hold('A1'), await rivalHold('A2')];
    const [one, two] = await fixture.barrier.runInOrder(
      () => change(hold, ['A3']),
      () => change(other, ['A3'], fixture.rival),
    );
    expect([valueOf(one).status, valueOf(two).status, valueOf(two).body.conflictingSeats]).toEqual([200, 409, ['A3']]);
    expect(await seatBreachesOf(hold, other)).toEqual([]);
  });

  it('of a change and a hold of another customer for one seat, the first gets it', async () => {
    const hold = await fixture.hold('A1');
    const [changed, refused] = await fixture.barrier.runInOrder(
      () => change(hold, ['A3']),
      () => fixture.system.hold(fixture.rival, fixture.showtime.showtimeId, ['A3']),
    );
    expect([valueOf(changed).status, valueOf(refused).status, valueOf(refused).body.conflictingSeats]).toEqual([200, 409, ['A3']]);
    const [held, late] = await fixture.barrier.runInOrder(
      () => fixture.system.hold(fixture.rival, fixture.showtime.showtimeId, ['A1']),
      () => change(hold, ['A1']),
    );
    expect([valueOf(held).status, valueOf(late).status, valueOf(late).body.conflictingSeats]).toEqual([201, 409, ['A1']]);
    expect(await seatBreachesOf(hold, valueOf(held).body)).toEqual([]);
  });

  it('a showtime cancelled during a change frees the new seats', async () => {
    const [hold, next] = [await fixture.hold('A1'), await rivalHold('A2')];
    const runs = fixture.system.api.get(CancellationRuns, { strict: false });
    const run = { showtimeId: fixture.showtime.showtimeId, showtimeVersion: 2, kind: 'cancelled', movedAt: null, reason: null } as const;
    const now = await fixture.system.now();
    const [changed] = await fixture.barrier.runInOrder(
      () => change(hold, ['A3']),
      () => runs.begin(run, now),
    );
    const refused = await change(next, ['A4'], fixture.rival);
    expect([valueOf(changed).status, refused.status, refused.body.code]).toEqual([200, 422, 'reservations.showtime-cancelled']);
    await fixture.execute(new ProcessCancellationRuns());
    expect(await fixture.system.sql('SELECT seat FROM reservations.seat_claims WHERE showtime_id = $1', [run.showtimeId])).toEqual([]);
    expect(await seatBreachesOf(hold, next)).toEqual([]);
  });

  it('two customers who want to swap are refused or served, without a deadlock', async () => {
    const [hold, other] = [await fixture.hold('A1', 'A2'), await rivalHold('B1', 'B2')];
    for (let round = 0; round < 10; round++) {
      const answers = await Promise.all([change(hold, ['B1', 'B2']), change(other, ['A1', 'A2'], fixture.rival)]);
      expect(answers.map(({ status }) => status)).toEqual([409, 409]);
    }
    const chain = await Promise.all([change(hold, ['C1', 'C2']), change(other, ['A1', 'A2'], fixture.rival)]);
    expect(chain[0].status).toBe(200);
    expect([200, 409]).toContain(chain[1].status);
    expect(await seatBreachesOf(hold, other)).toEqual([]);
  });

  it('a change after a cancellation or an expiry of the same moment is refused', async () => {
    const [cancelled, expired] = [await fixture.hold('A1'), await fixture.hold('A2')];
    const [, afterCancel] = await fixture.barrier.runInOrder(
      () => fixture.cancel(cancelled),
      () => change(cancelled, ['A3']),
    );
    const [, afterExpiry] = await fixture.barrier.runInOrder(
      () => fixture.expire(expired),
      () => change(expired, ['A4']),
    );
    expect([valueOf(afterCancel).status, valueOf(afterExpiry).status]).toEqual([409, 410]);
    expect(await seatBreachesOf(cancelled, expired)).toEqual([]);
  });

  it('a payment and a cancellation after a change see the new seats', async () => {
    const hold = await fixture.paidHold('A1', 'A2');
    await fixture.barrier.runInOrder(
      () => change(hold, ['A3']),
      () => fixture.settle(hold),
    );
    expect(await labelsOf(hold)).toEqual(['A3']);
    await fixture.barrier.runInOrder(
      () => change(hold, ['A4']),
      () => fixture.cancel(hold),
    );
    await fixture.assertInvariants();
  });

  it('many changes, payments and cancellations at once keep every invariant', async () => {
    const holds = [await fixture.paidHold('A1', 'A2'), await fixture.paidHold('B1', 'B2'), await fixture.paidHold('C1', 'C2')];
    await Promise.all(
      holds.flatMap((hold, i) => [
        change(hold, ['D1', 'D2']),
        fixture.settle(hold),
        change(hold, [`E${i + 1}`]),
        fixture.cancel(hold),
        change(hold, ['D2']),
      ]),
    );
    await fixture.assertInvariants();
  });
});

describe('Without row locks, a change of seats', () => {
  let fixture: ConcurrencyFixture;
  beforeAll(async () => {
    fixture = await ConcurrencyFixture.start();
    await fixture.removeRowLocks();
  }, 60_000);
  afterAll(() => fixture?.close());

  it('without row locks, a change after a cancellation keeps seats for nobody', async () => {
    await fixture.createShowtime();
    const hold = await fixture.hold('A1');
    await fixture.barrier.runInOrder(
      () => fixture.cancel(hold),
      () => fixture.system.call('PUT', `/reservations/${hold.id}/seats`, { token: fixture.customer.token, body: { seats: ['A2'] } }),
    );
    expect((await fixture.breachesOf(hold)).length).toBeGreaterThan(0);
  });
});
