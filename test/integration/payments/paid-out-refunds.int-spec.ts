import { QueryBus } from '@nestjs/cqrs';
import { vi } from 'vitest';
import { KeptMoneyOf, RefundsOfReservations } from '@app/contracts/payments.js';
import { Alerts } from '@app/kernel/alerts.js';
import { newId } from '@app/kernel/id.js';
import { StripeSync } from '../../../libs/payments/src/application/stripe-sync.js';
import { aRefund } from '../../../libs/payments/src/testing/fake-card-payments.js';
import type { HttpResponse } from '../../support/http-client.js';
import { until } from '../../support/until.js';
import { cancelled, eur, PaymentsApp, type TestPayment } from './payments-app.js';

const NOTE = 'Bank transfer, reference 2026-0117';

let app: PaymentsApp;
let token: string;
beforeAll(async () => {
  app = await PaymentsApp.start();
  token = await app.adminToken();
}, 60_000);
afterAll(() => app?.close());

type FailedRefund = TestPayment & { refundId: string };

async function failedRefund(card = 'pm_card_refundFail'): Promise<FailedRefund> {
  const payment = await app.paidPayment(card);
  // Before the refund: it would pass an instant earlier.
  if (card === 'pm_card_createDispute')
    await until(async () => (await app.stripe.disputes.list({ payment_intent: payment.intentId })).data.length === 1, {
      what: 'the dispute',
    });
  await app.publish(payment.reservation.id, cancelled(payment.reservation, { paymentId: payment.paymentId, refundDue: 2_500 }));
  const { refunds } = await app.untilRefund(payment.paymentId, 'failed');
  return { ...payment, refundId: refunds[0].id as string };
}

const payOut = ({ refundId }: FailedRefund, own: { amount?: unknown; note?: unknown } = {}, as = token): Promise<HttpResponse> =>
  app.post(`/admin/refunds/${refundId}/paid-out`, { amount: 2_500, note: NOTE, ...own }, { token: as });
const goodwill = ({ paymentId }: FailedRefund): Promise<HttpResponse> =>
  app.post(`/admin/payments/${paymentId}/refunds`, { amount: 700, reason: 'Cold' }, { token });
const retry = ({ refundId }: FailedRefund): Promise<HttpResponse> => app.post(`/admin/refunds/${refundId}/retry`, undefined, { token });
const listed = async (query: string): Promise<string[]> =>
  (await app.get(`/admin/refunds?${query}`, { token })).body.data.map(({ id }: { id: string }) => id);

async function closeDispute({ paymentId, intentId }: FailedRefund, outcome: 'won' | 'lost'): Promise<void> {
  const disputes = await app.stripe.disputes.list({ payment_intent: intentId });
  await app.control('POST', `/disputes/${disputes.data[0]!.id}/close`, { outcome });
  const closed = () => app.sql(`SELECT FROM payments.disputes WHERE payment_id = $1 AND status = $2`, [paymentId, outcome]);
  await until(async () => (await closed()).length === 1, { what: `the dispute to be ${outcome}` });
}

/** Waits until nothing but requests of a test can want the lock of the payment. */
async function untilQuiet({ paymentId }: FailedRefund): Promise<void> {
  const pending = async (): Promise<number> => {
    const { data } = (await (await fetch(`${app.sandbox.url}/sandbox/webhooks`)).json()) as { data: { state: string }[] };
    const jobs = await app.sql(`SELECT FROM platform.jobs WHERE subject = $1 AND (run_at IS NOT NULL OR claim IS NOT NULL)`, [paymentId]);
    return data.filter(({ state }) => state === 'pending').length + jobs.length;
  };
  await until(async () => (await pending()) === 0, { what: 'webhooks and jobs to end' });
}

describe('A refund that the staff paid out', () => {
  it('staff, customer and the other contexts see it', async () => {
    const failed = await failedRefund();
    const { reservation, paymentId, refundId } = failed;
    const recorded = { paidOutAt: expect.any(String), paidOutAmount: eur(2_500) };
    const answer = await payOut(failed);
    expect([answer.status, answer.body]).toEqual([
      200,
      expect.objectContaining({ id: refundId, status: 'failed', amount: eur(2_500), ...recorded, paidOutNote: NOTE }),
    ]);
    const { paidOutAt } = answer.body;
    expect((await payOut(failed)).body).toEqual(answer.body);
    const again = { status: 409, code: 'payments.refund-already-paid-out' };
    expect((await payOut(failed, { note: 'In cash' })).body).toMatchObject(again);
    expect((await payOut(failed, { amount: 2_400 })).body).toMatchObject(again);
    const customers = await app.get(`/reservations/${reservation.id}/payments/${paymentId}`, { token: reservation.token });
    expect(customers.body.refunds).toEqual([
      { id: refundId, status: 'failed', amount: eur(2_500), reason: 'reservation-cancelled', paidOutAt, paidOutAmount: eur(2_500) },
    ]);
    const queries = app.nest.get(QueryBus);
    expect(await queries.execute(new RefundsOfReservations([reservation.id]))).toEqual([
      { reservationId: reservation.id, paymentId, amount: eur(2_500), status: 'failed', reason: 'reservation-cancelled', paidOutAt },
    ]);
    expect(await queries.execute(new KeptMoneyOf(paymentId, null))).toBe(0);
    expect((await app.eventsOf(paymentId)).at(-1)).toBe('refund-paid-out');
    const entries = await app.sql(`SELECT action, details FROM platform.audit_trail WHERE subject = $1`, [refundId]);
    expect(entries).toEqual([{ action: 'payments.mark-refund-paid-out', details: { paymentId, amount: eur(2_500), reason: NOTE } }]);
  });

  it('a refund that was paid out is not among those that wait', async () => {
    const [waiting, failed] = [await failedRefund(), await failedRefund()];
    await payOut(failed);
    expect(await listed('waiting=true')).toContain(waiting.refundId);
    expect(await listed('waiting=true')).not.toContain(failed.refundId);
    expect(await listed('status=failed&waiting=false')).toContain(failed.refundId);
    expect(await listed('waiting=false')).not.toContain(waiting.refundId);
    expect(await listed('paidOut=true')).toContain(failed.refundId);
    expect(await listed(`paymentId=${failed.paymentId}`)).toEqual([failed.refundId]);
    for (const filter of ['paidOut', 'waiting']) expect((await app.get(`/admin/refunds?${filter}=perhaps`, { token })).status).toBe(400);
    const { body } = await app.post('/admin/refunds/retry', { refundIds: [waiting.refundId, failed.refundId] }, { token });
    expect(body).toMatchObject({
      data: [{ id: waiting.refundId }],
      refused: [{ refundId: failed.refundId, code: 'payments.refund-already-paid-out' }],
    });
  });

  it('a refund whose money a bank keeps, and one made at Stripe, do not wait', async () => {
    const lost = await failedRefund('pm_card_createDispute');
    expect(await listed('waiting=true')).toContain(lost.refundId);
    await closeDispute(lost, 'lost');
    expect((await payOut(lost)).body).toMatchObject({ code: 'payments.nothing-left-to-refund' });
    const { paymentId } = await app.paidPayment();
    const external = aRefund({ stripeRefundId: `re_${paymentId}`, amount: eur(100), status: 'failed' });
    await app.nest.get(StripeSync, { strict: false }).applyRefunds(paymentId, [external]);
    const { refunds } = await app.payment(paymentId);
    const others = [lost.refundId, refunds[0].id as string];
    expect(await listed('status=failed&paidOut=false')).toEqual(expect.arrayContaining(others));
    expect((await listed('waiting=true')).filter((id) => others.includes(id))).toEqual([]);
  });

  it('another amount is refused with the one that can be recorded', async () => {
    const failed = await failedRefund();
    expect((await goodwill(failed)).status).toBe(201);
    const { status, body } = await payOut(failed);
    expect([status, body]).toMatchObject([409, { code: 'payments.paid-out-amount-differs', rest: eur(1_800) }]);
    expect((await payOut(failed, { amount: 1_800 })).body).toMatchObject({ amount: eur(1_800), paidOutAmount: eur(1_800) });
  });

  it('a bad amount or note, an unknown refund and a customer are refused', async () => {
    const failed = await failedRefund();
    for (const note of [null, ' ', 5, 'x'.repeat(501)]) expect([note, (await payOut(failed, { note })).status]).toEqual([note, 400]);
    for (const amount of [undefined, null, 0, 12.5, '2500'])
      expect([amount, (await payOut(failed, { amount })).status]).toEqual([amount, 400]);
    expect((await payOut({ ...failed, refundId: newId() })).status).toBe(404);
    expect((await payOut(failed, {}, failed.reservation.token)).status).toBe(403);
    expect(await listed(`paymentId=${failed.paymentId}&paidOut=true`)).toEqual([]);
  });

  it.each([
    ['a retry and a payout', retry, payOut, 'payments.refund-not-failed'],
    ['a payout and a retry', payOut, retry, 'payments.refund-already-paid-out'],
    ['two payouts', (failed: FailedRefund) => payOut(failed, { note: 'In cash' }), payOut, 'payments.refund-already-paid-out'],
    ['goodwill and a payout', goodwill, payOut, 'payments.paid-out-amount-differs'],
    ['a payout and goodwill', payOut, goodwill, 'payments.nothing-left-to-refund'],
  ] as const)('of %s at once the first wins', async (_name, first, second, code) => {
    const failed = await failedRefund();
    await untilQuiet(failed);
    const client = await app.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT FROM payments.payments WHERE id = $1 FOR UPDATE', [failed.paymentId]);
      const waiting = (count: number) =>
        until(
          async () => (await app.sql(`SELECT FROM pg_locks WHERE NOT granted AND locktype IN ('tuple', 'transactionid')`)).length === count,
          { what: `${count} requests to wait for the payment` },
        );
      const winner = first(failed);
      await waiting(1);
      const loser = second(failed);
      await waiting(2);
      await client.query('COMMIT');
      expect((await winner).status).toBeLessThan(300);
      expect((await loser).body).toMatchObject({ status: 409, code });
    } finally {
      client.release();
    }
  });

  it('an alert says that Stripe gives it back after all', async () => {
    const failed = await failedRefund('pm_card_createDispute');
    const { paymentId, intentId, refundId } = failed;
    await payOut(failed);
    const raised: string[] = [];
    const raise = vi.spyOn(app.nest.get(Alerts), 'raise').mockImplementation((code) => void raised.push(code));
    try {
      await closeDispute(failed, 'won');
      expect((await app.payment(paymentId)).refunds).toMatchObject([{ status: 'failed', paid_out_note: NOTE }]);
      // As an attempt that was made although its refusal was recorded.
      await app.stripe.refunds.create({ payment_intent: intentId, metadata: { paymentId, refundId } });
      const { refunds, refunded } = await app.untilRefund(paymentId, 'succeeded');
      expect([refunded, refunds]).toMatchObject([2_500, [{ id: refundId, paid_out_note: NOTE }]]);
      await until(() => raised.includes('refund-paid-twice'), { what: 'the alert' });
    } finally {
      raise.mockRestore();
    }
    expect(await app.nest.get(QueryBus).execute(new KeptMoneyOf(paymentId, null))).toBe(0);
  });
});
