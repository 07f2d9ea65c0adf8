import { QueryBus } from '@nestjs/cqrs';
import { RefundsOfReservations } from '@app/contracts/payments.js';
import { newId } from '@app/kernel/id.js';
import { cancelled, eur, PaymentsApp, type TestPayment } from './payments-app.js';

let app: PaymentsApp;
let token: string;
beforeAll(async () => {
  app = await PaymentsApp.start();
  token = await app.adminToken();
}, 60_000);
afterEach(() => app.control('DELETE', '/faults'));
afterAll(() => app?.close());

function give({ paymentId }: TestPayment, body: object, headers: Record<string, string> = {}) {
  return app.post(`/admin/payments/${paymentId}/refunds`, body, { token, headers });
}

/** With a refund that the bank does not take. */
async function failedRefund(): Promise<TestPayment & { refundId: string }> {
  const payment = await app.paidPayment('pm_card_refundFail');
  await app.publish(payment.reservation.id, cancelled(payment.reservation, { paymentId: payment.paymentId, refundDue: 2_500 }));
  const { refunds } = await app.untilRefund(payment.paymentId, 'failed');
  return { ...payment, refundId: refunds[0].id as string };
}

describe('Goodwill', () => {
  it('an admin gives part of a payment back, and then the rest', async () => {
    const payment = await app.paidPayment();
    app.changeReservation(payment.reservation, { status: 'completed' });
    const first = await give(payment, { amount: 400, reason: 'The heating was off' });
    expect([first.status, first.body]).toEqual([
      201,
      {
        id: expect.any(String),
        paymentId: payment.paymentId,
        reservationId: payment.reservation.id,
        amount: eur(400),
        status: 'requested',
        reason: 'goodwill',
        note: 'The heating was off',
        failure: null,
        paidOutAt: null,
        paidOutAmount: null,
        paidOutNote: null,
        createdAt: expect.any(String),
      },
    ]);
    const location = first.headers.get('location')!;
    expect((await app.get(location.replace('/api/v1', ''), { token })).body.id).toBe(first.body.id);
    expect((await give(payment, { reason: 'All of it' })).body.amount).toEqual(eur(2_100));
    expect((await give(payment, { reason: 'More' })).body).toMatchObject({ status: 409, code: 'payments.nothing-left-to-refund' });
    const entries = await app.sql(`SELECT details FROM platform.audit_trail WHERE subject = $1`, [payment.paymentId]);
    expect(entries).toEqual(
      expect.arrayContaining([{ details: { refundId: first.body.id, amount: eur(400), reason: 'The heating was off' } }]),
    );
  });

  it('two admins at the same moment cannot give back more than there is', async () => {
    const payment = await app.paidPayment();
    const answers = await Promise.all(Array.from({ length: 4 }, () => give(payment, { amount: 1_000, reason: 'Twice' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 422, 422]);
    const refused = answers.find(({ status }) => status === 422)!;
    expect(refused.body).toMatchObject({ code: 'payments.refund-exceeds-rest' });
  });

  it('a repeated request with its idempotency key gives nothing back twice', async () => {
    const payment = await app.paidPayment();
    const key = { 'idempotency-key': newId() };
    const [first, again] = [
      await give(payment, { amount: 100, reason: 'Once' }, key),
      await give(payment, { amount: 100, reason: 'Once' }, key),
    ];
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect((await app.payment(payment.paymentId)).refunds).toHaveLength(1);
  });

  it('a bad request, an unknown payment and a customer are refused', async () => {
    const payment = await app.paidPayment();
    for (const body of [{}, { reason: ' ' }, ...[0, 1.5, '5', null, Number.NaN].map((amount) => ({ amount, reason: 'x' }))]) {
      expect([body, (await give(payment, body)).status]).toEqual([body, 400]);
    }
    expect((await app.payment(payment.paymentId)).refunds).toEqual([]);
    expect((await give({ ...payment, paymentId: newId() }, { reason: 'x' })).status).toBe(404);
    const customer = await app.post(`/admin/payments/${payment.paymentId}/refunds`, { reason: 'x' }, { token: payment.reservation.token });
    expect(customer.status).toBe(403);
  });
});

describe('Failed refunds', () => {
  it('an admin lists refunds by status and payment, page by page', async () => {
    const { paymentId, refundId } = await failedRefund();
    const { body } = await app.get(`/admin/refunds?status=failed&paymentId=${paymentId}`, { token });
    expect(body.data).toMatchObject([{ id: refundId, paymentId, status: 'failed', failure: expect.any(String) }]);
    expect((await app.get(`/admin/refunds?status=requested&paymentId=${paymentId}`, { token })).body.data).toEqual([]);
    const all: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = (await app.get(`/admin/refunds?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`, { token })).body;
      all.push(...page.data.map(({ id }: { id: string }) => id));
      cursor = page.page.nextCursor as string | null;
    }
    expect(all).toEqual([...new Set(all)].sort().reverse());
    expect(all).toHaveLength(Number((await app.sql(`SELECT count(*) FROM payments.refunds`))[0].count));
    for (const query of ['status=lost', 'paymentId=1', 'limit=0']) {
      expect([query, (await app.get(`/admin/refunds?${query}`, { token })).status]).toEqual([query, 400]);
    }
    expect((await app.get(`/admin/refunds/${newId()}`, { token })).status).toBe(404);
  });

  it('an admin retries many at once, by their ids or by their reason', async () => {
    const [first, second] = [await failedRefund(), await failedRefund()];
    const unknown = newId();
    const named = await app.post('/admin/refunds/retry', { refundIds: [first.refundId, unknown] }, { token });
    expect(named.status).toBe(200);
    expect(named.body).toMatchObject({
      data: [{ id: first.refundId, status: 'requested' }],
      refused: [{ refundId: unknown, code: 'payments.refund-not-found' }],
      hasMore: false,
    });
    const byReason = await app.post('/admin/refunds/retry', { reason: 'reservation-cancelled' }, { token });
    expect(byReason.body.data.map(({ id }: { id: string }) => id)).toContain(second.refundId);
    const ofAnother = await app.post('/admin/refunds/retry', { reason: 'goodwill', refundIds: [first.refundId] }, { token });
    expect(ofAnother).toMatchObject({ status: 200, body: { data: [], refused: [] } });
    for (const body of [{ refundIds: [] }, { refundIds: null }, { reason: null }]) {
      expect([body, (await app.post('/admin/refunds/retry', body, { token })).status]).toEqual([body, 400]);
    }
    const entries = await app.sql(`SELECT details FROM platform.audit_trail WHERE action = 'payments.retry-refunds'`);
    expect(entries[0].details).toEqual({ refundIds: [first.refundId] });
  });

  it('what goes back of a reservation is one sum, and comes before goodwill', async () => {
    const payment = await app.paidPayment();
    const { reservation, paymentId } = payment;
    const queries = app.nest.get(QueryBus);
    const shown = async () => (await queries.execute(new RefundsOfReservations([reservation.id])))[0];
    await app.faults({ api: [{ method: 'POST', path: '/v1/refunds', answer: 'rate_limit' }] });
    await give(payment, { amount: 300, reason: 'Cold' });
    expect(await shown()).toMatchObject({ amount: eur(300), status: 'requested', reason: 'goodwill' });
    app.owe(payment, { refundDue: eur(1_000), reason: 'reservation-cancelled' });
    await app.untilRefunds(paymentId, 2);
    expect(await shown()).toMatchObject({ amount: eur(1_000), status: 'requested', reason: 'reservation-cancelled' });
    app.owe(payment, { refundDue: eur(2_000), reason: 'showtime-cancelled' });
    await app.untilRefunds(paymentId, 3);
    expect(await shown()).toMatchObject({ amount: eur(2_000), status: 'requested', reason: 'showtime-cancelled' });
  });

  it('a refund that failed because all went back otherwise is not shown', async () => {
    const payment = await app.paidPayment();
    const queries = app.nest.get(QueryBus);
    await app.faults({ webhooks: [{ drop: true }] });
    await app.stripe.refunds.create({ payment_intent: payment.intentId });
    app.owe(payment, { refundDue: eur(2_500), reason: 'reservation-cancelled' });
    await app.untilRefund(payment.paymentId, 'failed');
    expect(await queries.execute(new RefundsOfReservations([payment.reservation.id]))).toMatchObject([
      { amount: eur(2_500), status: 'succeeded', reason: 'external' },
    ]);
  });
});
