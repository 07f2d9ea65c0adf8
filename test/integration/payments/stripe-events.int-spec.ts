import { vi } from 'vitest';
import { Alerts } from '@app/kernel/alerts.js';
import { newId } from '@app/kernel/id.js';
import fc from 'fast-check';
import { EVENT_TYPES } from '../../../libs/payments/src/infrastructure/stripe-fact-parser.js';
import type { Json } from '../../support/http-client.js';
import { until } from '../../support/until.js';
import { deliveredEvents, eventAbout, postEvent, readEvent, untilEvent } from './delivered-events.js';
import { PaymentsApp } from './payments-app.js';

let app: PaymentsApp;
beforeAll(async () => {
  app = await PaymentsApp.start();
}, 60_000);
afterEach(() => app.control('DELETE', '/faults'));
afterAll(() => app?.close());

describe('A Stripe event', () => {
  it('an event that is not about our objects is stored and ignored', async () => {
    const other = eventAbout({ id: 'cus_1' }, { type: 'customer.created' });
    const foreign = eventAbout({
      id: 'pi_foreign',
      status: 'succeeded',
      amount: 5,
      amount_received: 5,
      currency: 'eur',
      metadata: { paymentId: newId() },
    });
    for (const event of [other, foreign]) {
      expect((await postEvent(app, event)).status).toBe(200);
      expect(await readEvent(app, event.id)).toMatchObject({ status: 'ignored' });
    }
  });

  it('an unreadable event about a payment of ours is stored and parked', async () => {
    const { intentId, paymentId } = await app.newPayment();
    const good = {
      id: intentId,
      status: 'succeeded',
      amount: 2_500,
      amount_received: 2_500,
      currency: 'eur',
      livemode: false,
      metadata: { paymentId },
    };
    const bad: Json[] = [
      { ...good, amount_received: null },
      { ...good, amount: 1e15 },
      { ...good, amount: -1 },
      { ...good, amount: 1.5 },
      { ...good, amount: '2500' },
      { ...good, currency: null },
      { ...good, id: 7 },
      { ...good, status: {} },
    ];
    for (const object of bad) {
      const event = eventAbout(object);
      expect((await postEvent(app, event)).status).toBe(200);
      expect(await readEvent(app, event.id)).toMatchObject({ status: 'parked' });
    }
    const strange = eventAbout({
      ...good,
      id: 'pi_strange',
      metadata: { paymentId: '\0\ud800', other: 'x\0' },
      client_secret: 'do-not-keep',
    });
    expect((await postEvent(app, strange)).status).toBe(200);
    const row = await readEvent(app, strange.id);
    expect(row.status).toBe('ignored');
    expect(JSON.stringify(row.body)).not.toContain('do-not-keep');
    expect((await app.payment(paymentId)).status).toBe('open');
  });

  it('an event of another system with any content is ignored', async () => {
    const alerts: unknown[] = [];
    const raise = vi.spyOn(app.nest.get(Alerts), 'raise').mockImplementation((...alert) => void alerts.push(alert));
    const odd = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(2_147_483_648, 1e15, 1e300, -1, 0.5, 'x'.repeat(1_000), '\0'));
    const fields = [
      'id',
      'status',
      'amount',
      'amount_received',
      'currency',
      'metadata',
      'payment_intent',
      'livemode',
      'last_payment_error',
    ];
    const objects = fc.oneof(odd, fc.record(Object.fromEntries(fields.map((field) => [field, odd])), { requiredKeys: [] }));
    const types = fc.constantFrom(...EVENT_TYPES, 'customer.created', 'v2.anything');
    await fc.assert(
      fc.asyncProperty(types, objects, async (type, object) => {
        const event = eventAbout(object as Json, { type });
        expect((await postEvent(app, event)).status).toBe(200);
        expect(await readEvent(app, event.id)).toMatchObject({ status: 'ignored' });
      }),
      { numRuns: 150 },
    );
    expect(alerts).toEqual([]);
    raise.mockRestore();
  });

  it('an event that is delivered twelve times at once counts once', async () => {
    const { intentId, paymentId } = await app.newPayment();
    await app.faults({ webhooks: [{ drop: true }] });
    await app.pay(intentId);
    const event = eventAbout(await app.stripe.paymentIntents.retrieve(intentId));
    const answers = await Promise.all(Array.from({ length: 12 }, () => postEvent(app, event)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(await app.eventsOf(paymentId)).toEqual(['payment-started', 'payment-succeeded']);
  });

  it('an event that comes before the answer to our request is applied', async () => {
    const reservation = await app.newReservation();
    await app.faults({ api: [{ method: 'POST', path: '/v1/payment_intents', answer: 'delay', when: 'after', delayMs: 1_500 }] });
    const asked = app.requestPayment(reservation);
    const intent = await until(
      async () => (await app.stripe.paymentIntents.list()).data.find(({ metadata }) => metadata['reservationId'] === reservation.id),
      { what: 'the intent to be made' },
    );
    await app.pay(intent.id);
    await app.untilStatus(intent.metadata['paymentId']!, 'succeeded');
    expect((await asked).body).toMatchObject({ status: 409, code: 'payments.already-paid' });
    expect(await app.eventsOf(intent.metadata['paymentId']!)).toEqual(['payment-started', 'payment-succeeded']);
  });

  it('a locked database is answered with 503, and the next delivery is applied', async () => {
    const { intentId, paymentId } = await app.newPayment();
    await app.faults({ webhooks: [{ drop: true }] });
    await app.pay(intentId);
    const event = eventAbout(await app.stripe.paymentIntents.retrieve(intentId));
    const client = await app.pool.connect();
    await client.query('BEGIN');
    await client.query('LOCK TABLE payments.stripe_events IN ACCESS EXCLUSIVE MODE');
    const away = await postEvent(app, event);
    await client.query('ROLLBACK');
    client.release();
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await readEvent(app, event.id)).toBeUndefined();
    expect((await postEvent(app, event)).status).toBe(200);
    expect((await app.payment(paymentId)).status).toBe('succeeded');
  });

  it('an event that fails is parked after ten attempts, and a replay applies it', async () => {
    await app.sql(`ALTER TABLE payments.payments ADD CONSTRAINT broken CHECK (captured <> 1234)`);
    const { intentId, paymentId } = await app.newPayment({ total: { amount: 1_234, currency: 'EUR' } });
    await app.pay(intentId);
    const id = await until(
      async () => (await app.sql<{ id: string }>(`SELECT id FROM payments.stripe_events WHERE status = 'parked' AND attempts = 10`))[0]?.id,
      { what: 'the event to be parked' },
    );
    expect(await app.payment(paymentId)).toMatchObject({ status: 'open', captured: 0 });
    await app.sql(`ALTER TABLE payments.payments DROP CONSTRAINT broken`);
    const token = await app.adminToken();
    const parked = await app.get('/admin/stripe-events?status=parked&limit=100', { token });
    expect(parked.body.data).toContainEqual(
      expect.objectContaining({ id, type: 'payment_intent.succeeded', status: 'parked', tries: 10, objectId: intentId }),
    );
    const replayed = await app.post(`/admin/stripe-events/${id}/replay`, undefined, { token });
    expect([replayed.status, replayed.body.status]).toEqual([200, 'applied']);
    expect((await app.payment(paymentId)).status).toBe('succeeded');
    expect((await app.post('/admin/stripe-events/evt_none/replay', undefined, { token })).status).toBe(404);
  });
});

describe('A Stripe event that disagrees with its payment', () => {
  it('a false event is parked, and the answer of Stripe is applied', async () => {
    for (const lie of [{ wrongAmount: 1 }, { wrongCurrency: 'usd' }, { livemode: true }]) {
      await app.faults({ webhooks: [{ events: ['payment_intent.succeeded'], ...lie }] });
      const { intentId, paymentId } = await app.newPayment();
      await app.pay(intentId);
      const [event] = await deliveredEvents(app, intentId, 'payment_intent.succeeded');
      expect(event).toMatchObject({ status: 'parked', note: expect.stringContaining('does not stand by it') });
      const payment = await app.untilStatus(paymentId, 'succeeded');
      expect(payment).toMatchObject({ captured: 2_500, captured_currency: 'EUR', refunds: [] });
    }
  });

  it('a false success changes nothing', async () => {
    const { intentId, paymentId } = await app.newPayment();
    const intent = await app.stripe.paymentIntents.retrieve(intentId);
    const event = eventAbout({ ...intent, status: 'succeeded', amount: 1, amount_received: 1 });
    await postEvent(app, event);
    await untilEvent(app, event.id, 'parked');
    expect(await app.payment(paymentId)).toMatchObject({ status: 'open', captured: 0 });
  });

  it('a true event about a wrong amount has the money refunded', async () => {
    for (const change of [{ amount: 900 }, { currency: 'usd' }]) {
      const { intentId, paymentId } = await app.newPayment();
      await app.stripe.paymentIntents.update(intentId, change);
      await app.pay(intentId);
      const [event] = await deliveredEvents(app, intentId, 'payment_intent.succeeded');
      expect(event).toMatchObject({ status: 'parked', note: expect.stringContaining('true') });
      const payment = await app.untilRefund(paymentId, 'succeeded');
      const captured = change.amount ?? 2_500;
      expect(payment).toMatchObject({
        status: 'succeeded',
        settled_at: null,
        captured,
        refunded: captured,
        refunds: [{ reason: 'wrong-amount' }],
      });
      expect(await app.eventsOf(paymentId)).toEqual([
        'payment-started',
        'unexpected-money-received',
        'refund-requested',
        'payment-refunded',
      ]);
    }
  });
});

describe('A second intent of a payment', () => {
  async function second(paymentId: string): Promise<string> {
    const intent = await app.stripe.paymentIntents.create({
      amount: 2_500,
      currency: 'eur',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      metadata: { paymentId, reservationId: newId() },
    });
    return intent.id;
  }

  it('a second intent that is not paid is cancelled', async () => {
    const { paymentId, intentId } = await app.newPayment();
    const other = await second(paymentId);
    await app.pay(other, 'pm_card_visa_chargeDeclined').catch(() => undefined);
    await until(async () => (await app.stripe.paymentIntents.retrieve(other)).status === 'canceled', { what: 'it to be cancelled' });
    expect(await app.payment(paymentId)).toMatchObject({ status: 'open', intent_id: intentId });
  });

  it('money of a second intent is refunded, and the payment stays as it is', async () => {
    const { paymentId, reservation } = await app.paidPayment();
    const other = await second(paymentId);
    await app.pay(other);
    const id = await until(
      async () => (await app.sql<{ id: string }>(`SELECT id FROM payments.payments WHERE intent_id = $1`, [other]))[0]?.id,
      { what: 'the second intent to be met' },
    );
    const surplus = await app.untilRefund(id, 'succeeded');
    expect(surplus).toMatchObject({ reservation_id: reservation.id, captured: 2_500, refunded: 2_500, settled_at: null });
    expect(await app.payment(paymentId)).toMatchObject({ status: 'succeeded', refunded: 0 });
    const [event] = await deliveredEvents(app, other, 'payment_intent.succeeded');
    expect(event.status).toBe('applied');
  });
});

describe('Disputes', () => {
  it('a dispute is recorded when it opens and when it closes', async () => {
    const { paymentId, intentId } = await app.paidPayment();
    await app.control('POST', '/disputes', { payment_intent: intentId });
    const find = () => app.sql(`SELECT * FROM payments.disputes WHERE payment_id = $1`, [paymentId]);
    const dispute = await until(async () => (await find())[0], { what: 'the dispute to be recorded' });
    expect(dispute).toMatchObject({ amount: 2_500, currency: 'EUR', closed_at: null });
    await app.control('POST', `/disputes/${dispute.id}/close`, { outcome: 'lost' });
    await until(async () => (await find())[0].status === 'lost', { what: 'the dispute to be closed' });
    expect((await app.payment(paymentId)).status).toBe('succeeded');
  });
});
