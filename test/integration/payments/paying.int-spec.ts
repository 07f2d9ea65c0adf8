import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { HoldExpired, PaymentCameTooLate, ReservationCancelled, SurplusPaymentReceived } from '@app/contracts/reservations.js';
import { SettledPaymentsOf, PaymentsSettledBetween, RefundsOfReservations } from '@app/contracts/payments.js';
import { QueryBus } from '@nestjs/cqrs';
import { until } from '../../support/until.js';
import { BoxOffice, eur, type Held } from './box-office.js';

let office: BoxOffice;
beforeAll(async () => {
  office = await BoxOffice.open({ env: { STRIPE_TIMEOUT_MS: '500' } });
}, 60_000);
afterEach(() => office.knob('DELETE', '/faults'));
afterAll(() => office?.close());

function cancelled({ id, customerId }: Held, paymentId: string | null, refundDue: number): ReservationCancelled {
  const rest = { showtimeId: id, seats: ['A1'], by: 'customer', reason: null } as const;
  return new ReservationCancelled({ reservationId: id, customerId, paymentId, refundDue: eur(refundDue), ...rest });
}

describe('Paying', () => {
  it('succeeds when Stripe says so, once', async () => {
    await office.faults({ webhooks: [{ duplicate: 4, shuffleMs: 200 }] });
    const { paymentId } = await office.paid();
    expect(await office.payment(paymentId)).toMatchObject({ captured: 2_500, refunded: 0, settled_at: expect.any(Date) });
    expect(await office.eventsOf(paymentId)).toEqual(['payment-started', 'payment-succeeded']);
  });

  it('fails with a declined card and takes the next one', async () => {
    const { paymentId, intentId } = await office.started();
    await expect(office.pay(intentId, 'pm_card_visa_chargeDeclinedInsufficientFunds')).rejects.toThrow('insufficient funds');
    await office.reaches(paymentId, 'failed');
    await office.pay(intentId);
    await office.reaches(paymentId, 'succeeded');
    expect(await office.eventsOf(paymentId)).toEqual(['payment-started', 'payment-failed', 'payment-succeeded']);
  });

  it('tells the others what is settled, and what is not any more', async () => {
    const queries = office.app.get(QueryBus);
    const { reservation, paymentId } = await office.paid();
    const settled = { paymentId, reservationId: reservation.id, amount: eur(2_500), settledAt: expect.any(String) };
    expect(await queries.execute(new SettledPaymentsOf([reservation.id]))).toEqual([settled]);
    await office.tell(reservation.id, cancelled(reservation, paymentId, 1_000));
    await office.refundReaches(paymentId, 'succeeded');
    expect(await queries.execute(new SettledPaymentsOf([reservation.id]))).toEqual([]);
    const start = { settledAt: '2020-01-01T00:00:00.000Z', paymentId: '00000000-0000-0000-0000-000000000000' };
    const all = await queries.execute(new PaymentsSettledBetween(start, '2100-01-01T00:00:00.000Z', 100));
    expect(all).toContainEqual(settled);
    const after = all.findIndex((view) => view.paymentId === paymentId);
    const rest = await queries.execute(new PaymentsSettledBetween(all[after]!, '2100-01-01T00:00:00.000Z', 100));
    expect(rest).toEqual(all.slice(after + 1));
    expect(await queries.execute(new RefundsOfReservations([reservation.id]))).toEqual([
      { reservationId: reservation.id, amount: eur(1_000), status: 'succeeded', reason: 'reservation-cancelled' },
    ]);
  });
});

describe('When the hold has ended', () => {
  it('cancels the open payment at Stripe', async () => {
    const { reservation, paymentId, intentId } = await office.started();
    await office.tell(
      reservation.id,
      new HoldExpired({ reservationId: reservation.id, showtimeId: reservation.id, customerId: reservation.customerId, seats: ['A1'] }),
    );
    await office.reaches(paymentId, 'cancelled');
    expect((await office.stripe.paymentIntents.retrieve(intentId)).status).toBe('canceled');
    expect(await office.eventsOf(paymentId)).toEqual(['payment-started', 'payment-cancelled']);
  });

  it('cancels after a cancellation without money, too, however unwell Stripe is', async () => {
    const { reservation, paymentId } = await office.started();
    const path = '/v1/payment_intents/*/cancel';
    await office.faults({
      api: [
        { path, answer: 'server_error', next: 2 },
        { path, answer: 'rate_limit', next: 2 },
        { path, answer: 'hang', next: 1, when: 'after' },
      ],
    });
    await office.tell(reservation.id, cancelled(reservation, null, 0));
    await office.reaches(paymentId, 'cancelled');
  });

  it('learns the truth when the money was faster than the cancellation', async () => {
    await office.faults({ webhooks: [{ drop: true }] });
    const { reservation, paymentId, intentId } = await office.started();
    await office.pay(intentId);
    await office.tell(reservation.id, cancelled(reservation, null, 0));
    await office.reaches(paymentId, 'succeeded');
    expect(await office.eventsOf(paymentId)).toEqual(['payment-started', 'payment-succeeded']);
  });

  it('waits for a bank that still thinks', async () => {
    const { reservation, paymentId, intentId } = await office.started();
    await office.knob('POST', `/payment_intents/${intentId}/hold_processing`);
    await office.pay(intentId);
    await office.tell(reservation.id, cancelled(reservation, null, 0));
    await office.reaches(paymentId, 'open');
    await office.knob('POST', `/payment_intents/${intentId}/settle`, { outcome: 'fail' });
    await office.reaches(paymentId, 'cancelled');
  });

  it('cancels an intent nobody has seen yet: it is asked for again under its key, then ended', async () => {
    const reservation = await office.held();
    await office.faults({ api: [{ method: 'POST', path: '/v1/payment_intents', answer: 'hang', when: 'after' }] });
    expect((await office.ask(reservation)).status).toBe(503);
    await office.knob('DELETE', '/faults');
    office.becomes(reservation, { status: 'expired' });
    await office.tell(reservation.id, cancelled(reservation, null, 0));
    const [{ id }] = await office.sql(`SELECT id FROM payments.payments WHERE reservation_id = $1`, [reservation.id]);
    const { intent_id } = await office.reaches(id, 'cancelled');
    expect((await office.stripe.paymentIntents.retrieve(intent_id)).status).toBe('canceled');
  });
});

describe('Giving money back', () => {
  it('refunds what is due of a cancelled reservation', async () => {
    const { reservation, paymentId, intentId } = await office.paid();
    await office.tell(reservation.id, cancelled(reservation, paymentId, 2_500));
    const payment = await office.refundReaches(paymentId, 'succeeded');
    expect(payment).toMatchObject({ status: 'succeeded', captured: 2_500, refunded: 2_500 });
    expect(await office.eventsOf(paymentId)).toEqual(['payment-started', 'payment-succeeded', 'refund-requested', 'payment-refunded']);
    const { data } = await office.stripe.refunds.list({ payment_intent: intentId });
    expect(data).toEqual([expect.objectContaining({ amount: 2_500, metadata: { refundId: payment.refunds[0].id, paymentId } })]);
  });

  it('refunds once a reason, however often it is told, and never more than came', async () => {
    const { reservation, paymentId, intentId } = await office.paid();
    const { id: reservationId } = reservation;
    for (let told = 0; told < 3; told++) {
      await office.tell(reservationId, new SurplusPaymentReceived({ reservationId, paymentId, amount: eur(2_000) }));
    }
    await office.tell(reservationId, new PaymentCameTooLate({ reservationId, paymentId, amount: eur(2_500) }));
    await expectRefunded(intentId, 2_500);
    const { refunds } = await office.payment(paymentId);
    expect(new Set(refunds.map(({ reason }: { reason: string }) => reason)).size).toBe(refunds.length);
  });

  it('keeps everything when nothing is due', async () => {
    const { reservation, paymentId } = await office.paid();
    await office.tell(reservation.id, cancelled(reservation, paymentId, 0));
    const other = await office.paid();
    await office.tell(other.reservation.id, cancelled(other.reservation, other.paymentId, 1));
    await office.refundReaches(other.paymentId, 'succeeded');
    expect((await office.payment(paymentId)).refunds).toEqual([]);
  });

  it('gives it back once through time-outs, cut connections, failures and limits', async () => {
    const faults = [
      { answer: 'hang', when: 'after', next: 1 },
      { answer: 'rate_limit', next: 2 },
      { answer: 'server_error', next: 1 },
    ];
    for (const fault of faults) {
      const { reservation, paymentId, intentId } = await office.paid();
      await office.faults({ api: [{ method: 'POST', path: '/v1/refunds', ...fault }] });
      await office.tell(reservation.id, cancelled(reservation, paymentId, 2_500));
      await office.refundReaches(paymentId, 'succeeded');
      await expectRefunded(intentId, 2_500);
    }
  });

  it('finds a refund that was made under a key that only replays a failure', async () => {
    const { reservation, paymentId, intentId } = await office.paid();
    await office.faults({
      api: [{ method: 'POST', path: '/v1/refunds', answer: 'server_error', when: 'after', next: 1 }],
      webhooks: [{ drop: true }],
    });
    await office.tell(reservation.id, cancelled(reservation, paymentId, 2_500));
    await office.refundReaches(paymentId, 'succeeded');
    await expectRefunded(intentId, 2_500);
  });

  it('is done only when Stripe says so', async () => {
    const { reservation, paymentId } = await office.paid('pm_card_pendingRefund');
    await office.tell(reservation.id, cancelled(reservation, paymentId, 2_500));
    await office.refundReaches(paymentId, 'succeeded');
    expect((await office.eventsOf(paymentId)).slice(2)).toEqual(['refund-requested', 'refund-submitted', 'payment-refunded']);
  });

  it('lets an admin retry what came back, under the next key', async () => {
    const { reservation, paymentId } = await office.paid('pm_card_refundFail');
    await office.tell(reservation.id, cancelled(reservation, paymentId, 2_500));
    const failed = await office.refundReaches(paymentId, 'failed');
    expect(failed).toMatchObject({ refunded: 0, captured: 2_500 });
    const [refund] = failed.refunds;
    const token = await office.adminToken();
    expect((await office.post(`/admin/refunds/${refund.id}/retry`, undefined, { token: reservation.token })).status).toBe(403);
    const retried = await office.post(`/admin/refunds/${refund.id}/retry`, undefined, { token });
    expect([retried.status, retried.body]).toEqual([
      200,
      {
        id: refund.id,
        paymentId,
        reservationId: reservation.id,
        amount: eur(2_500),
        status: 'requested',
        reason: 'reservation-cancelled',
        failure: null,
      },
    ]);
    await office.refundReaches(paymentId, 'failed');
    const { refunds } = await office.payment(paymentId);
    expect(refunds).toEqual([expect.objectContaining({ id: refund.id, failed_stripe_refund_ids: [refund.stripe_refund_id] })]);
    expect(refunds[0].stripe_refund_id).not.toBe(refund.stripe_refund_id);
    expect((await office.eventsOf(paymentId)).slice(2)).toEqual([
      'refund-requested',
      'payment-refunded',
      'refund-failed',
      'refund-requested',
      'payment-refunded',
      'refund-failed',
    ]);
  });

  it('refuses to retry what has not failed, or is not there', async () => {
    const { reservation, paymentId } = await office.paid();
    await office.tell(reservation.id, cancelled(reservation, paymentId, 2_500));
    const { refunds } = await office.refundReaches(paymentId, 'succeeded');
    const token = await office.adminToken();
    expect((await office.post(`/admin/refunds/${refunds[0].id}/retry`, undefined, { token })).body).toMatchObject({
      status: 409,
      code: 'payments.refund-not-failed',
    });
    expect((await office.post(`/admin/refunds/${paymentId}/retry`, undefined, { token })).status).toBe(404);
  });

  it('records a refund made by hand, leaves the rest, and never gives back more than came', async () => {
    const { reservation, paymentId, intentId } = await office.paid();
    await office.stripe.refunds.create({ payment_intent: intentId, amount: 700 });
    const external = await office.refundReaches(paymentId, 'succeeded');
    expect(external).toMatchObject({ refunded: 700, refunds: [expect.objectContaining({ reason: 'external', amount: 700 })] });
    await office.tell(reservation.id, cancelled(reservation, paymentId, 2_500));
    await expectRefunded(intentId, 2_500);
  });

  it('fails for a person to see when a refund by hand was faster and left too little', async () => {
    const { reservation, paymentId, intentId } = await office.paid();
    await office.faults({ webhooks: [{ drop: true }] });
    await office.stripe.refunds.create({ payment_intent: intentId, amount: 700 });
    await office.tell(reservation.id, cancelled(reservation, paymentId, 2_500));
    const { refunds } = await office.refundReaches(paymentId, 'failed');
    await office.sql(`UPDATE payments.due_rows SET next_at = now() WHERE kind = 'sweep-recent-days'`);
    await office.refundReaches(paymentId, 'succeeded');
    const token = await office.adminToken();
    const retried = await office.post(`/admin/refunds/${refunds[0].id}/retry`, undefined, { token });
    expect(retried.body).toMatchObject({ status: 'requested', amount: eur(1_800) });
    await expectRefunded(intentId, 2_500);
  });

  async function expectRefunded(intentId: string, amount: number): Promise<void> {
    const [payment] = await untilRefunded(intentId, amount);
    expect(payment).toMatchObject({ refunded: amount });
    const { data } = await office.stripe.refunds.list({ payment_intent: intentId });
    expect(data.filter(({ status }) => status === 'succeeded').reduce((sum, refund) => sum + refund.amount, 0)).toBe(amount);
  }

  async function untilRefunded(intentId: string, amount: number) {
    return until(
      async () => {
        const rows = await office.sql(`SELECT * FROM payments.payments WHERE intent_id = $1 AND refunded = $2`, [intentId, amount]);
        return rows.length > 0 ? rows : undefined;
      },
      { timeoutMs: 15_000, what: `${amount} to be refunded of ${intentId}` },
    );
  }
});

describe('Dying between what Stripe did and our own books', () => {
  it('orders the refund again under its key, and has it once', async () => {
    const { reservation, paymentId, intentId } = await office.paid();
    // Every write of the outcome fails, as if the process died right before it each time.
    await office.sql(`ALTER TABLE payments.payments ADD CONSTRAINT dying CHECK (id <> '${paymentId}' OR refunded = 0)`);
    await office.faults({ webhooks: [{ drop: true }] });
    await office.tell(reservation.id, cancelled(reservation, paymentId, 2_500));
    await until(async () => (await office.sql(`SELECT FROM payments.due_rows WHERE kind = 'submit-refund' AND tries >= 2`)).length > 0, {
      timeoutMs: 10_000,
      what: 'the refund to have been tried twice',
    });
    expect((await office.payment(paymentId)).refunds).toEqual([expect.objectContaining({ status: 'requested' })]);
    await office.sql(`ALTER TABLE payments.payments DROP CONSTRAINT dying`);
    await office.refundReaches(paymentId, 'succeeded');
    expect((await office.stripe.refunds.list({ payment_intent: intentId })).data).toHaveLength(1);
  });

  it('asks for the intent again under its key, and has one', async () => {
    const reservation = await office.held();
    await office.sql(
      `ALTER TABLE payments.payments ADD CONSTRAINT dying CHECK (reservation_id <> '${reservation.id}' OR intent_id IS NULL)`,
    );
    expect((await office.ask(reservation)).status).toBe(500);
    await office.sql(`ALTER TABLE payments.payments DROP CONSTRAINT dying`);
    const { status, body } = await office.ask(reservation);
    expect(status).toBe(200);
    const { data } = await office.stripe.paymentIntents.list({ limit: 100 });
    expect(data.filter(({ metadata }) => metadata['paymentId'] === body.id)).toHaveLength(1);
  });
});

describe('Admins', () => {
  it('find payments by reservation, status and intent, page by page', async () => {
    const token = await office.adminToken();
    const { reservation, paymentId, intentId } = await office.paid();
    for (const query of [`reservationId=${reservation.id}`, `intentId=${intentId}`, `status=succeeded&intentId=${intentId}`]) {
      const { body } = await office.get(`/admin/payments?${query}`, { token });
      expect(body.data).toEqual([
        expect.objectContaining({
          id: paymentId,
          reservationId: reservation.id,
          customerId: reservation.customerId,
          intentId,
          captured: eur(2_500),
        }),
      ]);
      expect(JSON.stringify(body)).not.toContain('secret');
    }
    const all: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await office.get(`/admin/payments?limit=7${cursor === '' ? '' : `&cursor=${cursor}`}`, { token });
      all.push(...body.data.map(({ id }: { id: string }) => id));
      cursor = body.page.nextCursor as string | null;
    }
    expect(all).toEqual([...new Set(all)].sort().reverse());
    expect(all).toHaveLength(Number((await office.sql(`SELECT count(*) FROM payments.payments`))[0].count));
  });

  it('are told what is wrong with a search, and customers are told nothing', async () => {
    const token = await office.adminToken();
    for (const query of ['status=paid', 'reservationId=1', 'cursor=x', 'limit=0', 'intentId=%27', 'foo=1']) {
      expect([query, (await office.get(`/admin/payments?${query}`, { token })).status]).toEqual([query, 400]);
    }
    for (const query of ['status=lost', 'cursor=WyIyMDI2Il0', 'limit=1000']) {
      expect([query, (await office.get(`/admin/webhooks?${query}`, { token })).status]).toEqual([query, 400]);
    }
    const { token: customer } = await office.held();
    expect((await office.get('/admin/payments', { token: customer })).status).toBe(403);
    expect((await office.get('/admin/webhooks', { token: customer })).status).toBe(403);
    expect((await office.get('/admin/webhooks?limit=3', { token })).body.data).toHaveLength(3);
  });
});
