import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@app/kernel/id.js';
import type { HttpResponse, Json } from '../../support/http-client.js';
import { until } from '../../support/until.js';
import { BoxOffice } from './box-office.js';
import { PaymentsSettings } from '@app/payments';

const OLD_SECRET = 'whsec_the_one_being_replaced_0123456789';

let office: BoxOffice;
beforeAll(async () => {
  office = await BoxOffice.open({ env: { STRIPE_WEBHOOK_PREVIOUS_SECRET: OLD_SECRET } });
}, 60_000);
afterEach(() => office.knob('DELETE', '/faults'));
afterAll(() => office?.close());

interface Posting {
  secret?: string;
  /** Seconds from now. */
  at?: number;
  signature?: string;
}

function post(
  event: unknown,
  { secret = office.settings.get(PaymentsSettings).stripe.webhookSecrets[0]!, at = 0, signature }: Posting = {},
): Promise<HttpResponse> {
  const body = typeof event === 'string' ? event : JSON.stringify(event);
  const timestamp = Math.floor(Date.now() / 1_000) + at;
  const signed = signature ?? `t=${timestamp},v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
  return office.call('POST', '/webhooks/stripe', { body, headers: { 'content-type': 'application/json', 'stripe-signature': signed } });
}

function eventAbout(object: object, own: object = {}): Json {
  const id = `evt_${newId().replaceAll('-', '')}`;
  return {
    id,
    object: 'event',
    type: 'payment_intent.succeeded',
    created: Math.floor(Date.now() / 1_000),
    livemode: false,
    data: { object },
    ...own,
  };
}

async function stored(id: string): Promise<Json> {
  const [row] = await office.sql(`SELECT * FROM payments.stripe_events WHERE id = $1`, [id]);
  return row;
}

function becomes(id: string, status: string): Promise<Json> {
  return until(async () => ((await stored(id))?.status === status ? stored(id) : undefined), {
    timeoutMs: 15_000,
    what: `${id} to be ${status}`,
  });
}

/** The sandbox's own events about an object, as it delivered them to us. */
function eventsAbout(objectId: string, type: string): Promise<Json[]> {
  return until(
    async () => {
      const rows = await office.sql(`SELECT * FROM payments.stripe_events WHERE body #>> '{data,object,id}' = $1 AND type = $2`, [
        objectId,
        type,
      ]);
      return rows.length > 0 && rows.every(({ status }) => status !== 'checking' && status !== 'received') ? rows : undefined;
    },
    { timeoutMs: 15_000, what: `${type} of ${objectId} to be judged` },
  );
}

describe('The signature of a webhook', () => {
  const harmless = () => eventAbout({ id: 'cus_1' }, { type: 'customer.created' });

  it('is taken from either secret while one is replaced', async () => {
    expect((await post(harmless())).body).toEqual({ received: true });
    expect((await post(harmless(), { secret: OLD_SECRET })).status).toBe(200);
    expect((await post(harmless(), { secret: 'whsec_of_somebody_else_01234567890' })).status).toBe(400);
  });

  it('may come with a slash behind the path and with the Authorization a proxy in front wants', async () => {
    const at = Math.floor(Date.now() / 1_000);
    const body = JSON.stringify(harmless());
    const signature = createHmac('sha256', office.settings.get(PaymentsSettings).stripe.webhookSecrets[0]!)
      .update(`${at}.${body}`)
      .digest('hex');
    const headers = { 'content-type': 'application/json', 'stripe-signature': `t=${at},v1=${signature}`, authorization: 'Basic cHJveHk6' };
    expect((await office.call('POST', '/webhooks/stripe/', { body, headers })).status).toBe(200);
  });

  it('must be recent in both directions', async () => {
    const statuses = await Promise.all([-290, 290, -310, 310].map(async (at) => (await post(harmless(), { at })).status));
    expect(statuses).toEqual([200, 200, 400, 400]);
  });

  it('must be there and be one', async () => {
    for (const signature of ['', 't=,v1=', 'v1=00', 't=1', `t=${Math.floor(Date.now() / 1_000)},v1=zz`, 'nonsense']) {
      const { status, body, headers } = await post(harmless(), { signature });
      expect([status, body.code, headers.get('content-type')]).toEqual([
        400,
        'http.invalid-input',
        expect.stringContaining('application/problem+json'),
      ]);
    }
    expect((await office.call('POST', '/webhooks/stripe')).status).toBe(400);
    expect((await office.call('POST', '/webhooks/stripe', { body: 'a=b', headers: { 'content-type': 'text/plain' } })).status).toBe(415);
  });

  it('covers every byte', async () => {
    const event = harmless();
    const timestamp = Math.floor(Date.now() / 1_000);
    const secret = office.settings.get(PaymentsSettings).stripe.webhookSecrets[0]!;
    const signature = `t=${timestamp},v1=${createHmac('sha256', secret)
      .update(`${timestamp}.${JSON.stringify(event)}`)
      .digest('hex')}`;
    expect((await post(`${JSON.stringify(event)} `, { signature })).status).toBe(400);
  });

  it('does not make a body an event', async () => {
    for (const body of [
      '',
      '{',
      'null',
      '[]',
      '{}',
      '{"id":"evt_1"}',
      '{"id":"evt_1","type":"x"}',
      '{"id":"evt_1","type":"x","created":1e99}',
    ]) {
      expect([body, (await post(body)).status]).toEqual([body, 400]);
    }
  });
});

describe('An event', () => {
  it('of another type, or about somebody else, is stored, marked and acknowledged', async () => {
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
      expect((await post(event)).status).toBe(200);
      expect(await stored(event.id)).toMatchObject({ status: 'ignored' });
    }
  });

  it('without what it must have, or beyond all bounds, is stored, parked and acknowledged', async () => {
    const { intentId, paymentId } = await office.started();
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
      { ...good, amount_received: undefined },
      { ...good, amount: 1e15 },
      { ...good, amount: -1 },
      { ...good, amount: 1.5 },
      { ...good, amount: '2500' },
      { ...good, currency: null },
      { ...good, id: 7 },
      { ...good, status: {} },
      null,
      [],
    ];
    for (const object of bad) {
      const event = eventAbout(object);
      expect((await post(event)).status).toBe(200);
      expect(await stored(event.id)).toMatchObject({ status: 'parked' });
    }
    const strange = eventAbout({
      ...good,
      id: 'pi_strange',
      metadata: { paymentId: '\0\ud800', other: 'x\0' },
      client_secret: 'do-not-keep',
    });
    expect((await post(strange)).status).toBe(200);
    const row = await stored(strange.id);
    expect(row.status).toBe('ignored');
    expect(JSON.stringify(row.body)).not.toContain('do-not-keep');
    expect((await office.payment(paymentId)).status).toBe('open');
  });

  it('counts once, however often and however many at a time it comes', async () => {
    const { intentId, paymentId } = await office.started();
    await office.faults({ webhooks: [{ drop: true }] });
    await office.pay(intentId);
    const event = eventAbout(await office.stripe.paymentIntents.retrieve(intentId));
    const answers = await Promise.all(Array.from({ length: 12 }, () => post(event)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(await office.eventsOf(paymentId)).toEqual(['payment-started', 'payment-succeeded']);
  });

  it('is believed before our own request has its answer', async () => {
    const reservation = await office.held();
    await office.faults({ api: [{ method: 'POST', path: '/v1/payment_intents', answer: 'delay', when: 'after', delayMs: 1_500 }] });
    const asked = office.ask(reservation);
    const intent = await until(
      async () => (await office.stripe.paymentIntents.list()).data.find(({ metadata }) => metadata['reservationId'] === reservation.id),
      { timeoutMs: 5_000, what: 'the intent to be made' },
    );
    await office.pay(intent.id);
    await office.reaches(intent.metadata['paymentId']!, 'succeeded');
    expect((await asked).body).toMatchObject({ status: 409, code: 'payments.already-paid' });
    expect(await office.eventsOf(intent.metadata['paymentId']!)).toEqual(['payment-started', 'payment-succeeded']);
  });

  it('is asked for again by a 503 when the database does not answer, and nothing is lost', async () => {
    const { intentId, paymentId } = await office.started();
    await office.faults({ webhooks: [{ drop: true }] });
    await office.pay(intentId);
    const event = eventAbout(await office.stripe.paymentIntents.retrieve(intentId));
    const client = await office.pool.connect();
    await client.query('BEGIN');
    await client.query('LOCK TABLE payments.stripe_events IN ACCESS EXCLUSIVE MODE');
    const away = await post(event);
    await client.query('ROLLBACK');
    client.release();
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await stored(event.id)).toBeUndefined();
    expect((await post(event)).status).toBe(200);
    expect((await office.payment(paymentId)).status).toBe('succeeded');
  });

  it('is kept and tried again when applying it goes wrong, and parked after ten tries; a replay by an admin mends it', async () => {
    await office.sql(`ALTER TABLE payments.payments ADD CONSTRAINT broken CHECK (captured <> 1234)`);
    const { intentId, paymentId } = await office.started({ total: { amount: 1_234, currency: 'EUR' } });
    await office.pay(intentId);
    const id = await until(
      async () =>
        (await office.sql<{ id: string }>(`SELECT id FROM payments.stripe_events WHERE status = 'parked' AND attempts = 10`))[0]?.id,
      { timeoutMs: 20_000, what: 'the event to be parked' },
    );
    expect(await office.payment(paymentId)).toMatchObject({ status: 'open', captured: 0 });
    await office.sql(`ALTER TABLE payments.payments DROP CONSTRAINT broken`);
    const token = await office.adminToken();
    const parked = await office.get('/admin/webhooks?status=parked&limit=100', { token });
    expect(parked.body.data).toContainEqual(
      expect.objectContaining({ id, type: 'payment_intent.succeeded', status: 'parked', tries: 10, objectId: intentId }),
    );
    const replayed = await office.post(`/admin/webhooks/${id}/replay`, undefined, { token });
    expect([replayed.status, replayed.body.status]).toEqual([200, 'applied']);
    expect((await office.payment(paymentId)).status).toBe('succeeded');
    expect((await office.post('/admin/webhooks/evt_none/replay', undefined, { token })).status).toBe(404);
  });
});

describe('An event that disagrees with its payment', () => {
  it('is ignored and parked when Stripe does not stand by it; the truth counts', async () => {
    for (const lie of [{ wrongAmount: 1 }, { wrongCurrency: 'usd' }, { livemode: true }]) {
      await office.faults({ webhooks: [{ events: ['payment_intent.succeeded'], ...lie }] });
      const { intentId, paymentId } = await office.started();
      await office.pay(intentId);
      const [event] = await eventsAbout(intentId, 'payment_intent.succeeded');
      expect(event).toMatchObject({ status: 'parked', note: expect.stringContaining('does not stand by it') });
      const payment = await office.reaches(paymentId, 'succeeded');
      expect(payment).toMatchObject({ captured: 2_500, captured_currency: 'EUR', refunds: [] });
    }
  });

  it('never makes a payment succeed that Stripe knows nothing of', async () => {
    const { intentId, paymentId } = await office.started();
    const intent = await office.stripe.paymentIntents.retrieve(intentId);
    const event = eventAbout({ ...intent, status: 'succeeded', amount: 1, amount_received: 1 });
    await post(event);
    await becomes(event.id, 'parked');
    expect(await office.payment(paymentId)).toMatchObject({ status: 'open', captured: 0 });
  });

  it('has the money sent back in full when it is true', async () => {
    for (const change of [{ amount: 900 }, { currency: 'usd' }]) {
      const { intentId, paymentId } = await office.started();
      await office.stripe.paymentIntents.update(intentId, change);
      await office.pay(intentId);
      const [event] = await eventsAbout(intentId, 'payment_intent.succeeded');
      expect(event).toMatchObject({ status: 'parked', note: expect.stringContaining('true') });
      const payment = await office.refundReaches(paymentId, 'succeeded');
      const captured = change.amount ?? 2_500;
      expect(payment).toMatchObject({
        status: 'succeeded',
        settled_at: null,
        captured,
        refunded: captured,
        refunds: [{ reason: 'wrong-amount' }],
      });
      expect(await office.eventsOf(paymentId)).toEqual([
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
    const intent = await office.stripe.paymentIntents.create({
      amount: 2_500,
      currency: 'eur',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      metadata: { paymentId, reservationId: newId() },
    });
    return intent.id;
  }

  it('is cancelled when it is met', async () => {
    const { paymentId, intentId } = await office.started();
    const other = await second(paymentId);
    await office.pay(other, 'pm_card_visa_chargeDeclined').catch(() => undefined);
    await until(async () => (await office.stripe.paymentIntents.retrieve(other)).status === 'canceled', {
      timeoutMs: 10_000,
      what: 'it to be cancelled',
    });
    expect(await office.payment(paymentId)).toMatchObject({ status: 'open', intent_id: intentId });
  });

  it('sends its money back and leaves the payment as it is', async () => {
    const { paymentId, reservation } = await office.paid();
    const other = await second(paymentId);
    await office.pay(other);
    const id = await until(
      async () => (await office.sql<{ id: string }>(`SELECT id FROM payments.payments WHERE intent_id = $1`, [other]))[0]?.id,
      { timeoutMs: 10_000, what: 'the second intent to be met' },
    );
    const surplus = await office.refundReaches(id, 'succeeded');
    expect(surplus).toMatchObject({ reservation_id: reservation.id, captured: 2_500, refunded: 2_500, settled_at: null });
    expect(await office.payment(paymentId)).toMatchObject({ status: 'succeeded', refunded: 0 });
    const [event] = await eventsAbout(other, 'payment_intent.succeeded');
    expect(event.status).toBe('applied');
  });
});

describe('Disputes', () => {
  it('are recorded, opened and closed', async () => {
    const { paymentId, intentId } = await office.paid();
    await office.knob('POST', '/disputes', { payment_intent: intentId });
    const find = () => office.sql(`SELECT * FROM payments.disputes WHERE payment_id = $1`, [paymentId]);
    const dispute = await until(async () => (await find())[0], { timeoutMs: 10_000, what: 'the dispute to be recorded' });
    expect(dispute).toMatchObject({ amount: 2_500, currency: 'EUR', closed_at: null });
    await office.knob('POST', `/disputes/${dispute.id}/close`, { outcome: 'lost' });
    await until(async () => (await find())[0].status === 'lost', { timeoutMs: 10_000, what: 'the dispute to be closed' });
    expect((await office.payment(paymentId)).status).toBe('succeeded');
  });
});
