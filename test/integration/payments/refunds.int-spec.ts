import { PaymentCameTooLate, SurplusPaymentReceived } from '@app/contracts/reservations.js';
import { Jobs } from '@app/platform/jobs/jobs.js';
import { Payments } from '../../../libs/payments/src/domain/payments.js';
import { until } from '../../support/until.js';
import { cancelled, eur, PaymentsApp } from './payments-app.js';

let app: PaymentsApp;
beforeAll(async () => {
  app = await PaymentsApp.start({ env: { STRIPE_TIMEOUT_MS: '2000' } });
}, 60_000);
afterEach(() => app.control('DELETE', '/faults'));
afterAll(() => app?.close());

describe('Refunds', () => {
  it('what is due of a cancelled reservation is refunded', async () => {
    const { reservation, paymentId, intentId } = await app.paidPayment();
    await app.publish(reservation.id, cancelled(reservation, { paymentId: paymentId, refundDue: 2_500 }));
    const payment = await app.untilRefund(paymentId, 'succeeded');
    expect(payment).toMatchObject({ status: 'succeeded', captured: 2_500, refunded: 2_500 });
    expect(await app.eventsOf(paymentId)).toEqual(['payment-started', 'payment-succeeded', 'refund-requested', 'payment-refunded']);
    const { data } = await app.stripe.refunds.list({ payment_intent: intentId });
    expect(data).toEqual([expect.objectContaining({ amount: 2_500, metadata: { refundId: payment.refunds[0].id, paymentId } })]);
  });

  it('each reason is refunded once, and never more than was captured', async () => {
    const { reservation, paymentId, intentId } = await app.paidPayment();
    const { id: reservationId } = reservation;
    for (let times = 0; times < 3; times++) {
      await app.publish(reservationId, new SurplusPaymentReceived({ reservationId, paymentId, amount: eur(2_000) }));
    }
    await app.publish(reservationId, new PaymentCameTooLate({ reservationId, paymentId, amount: eur(2_500) }));
    await expectRefunded(intentId, 2_500);
    const { refunds } = await app.payment(paymentId);
    expect(new Set(refunds.map(({ reason }: { reason: string }) => reason)).size).toBe(refunds.length);
  });

  it('nothing is refunded when nothing is due', async () => {
    const { reservation, paymentId } = await app.paidPayment();
    await app.publish(reservation.id, cancelled(reservation, { paymentId: paymentId, refundDue: 0 }));
    const other = await app.paidPayment();
    await app.publish(other.reservation.id, cancelled(other.reservation, { paymentId: other.paymentId, refundDue: 1 }));
    await app.untilRefund(other.paymentId, 'succeeded');
    expect((await app.payment(paymentId)).refunds).toEqual([]);
  });

  it('a refund is made once although requests time out, fail and are limited', async () => {
    const faults = [
      { answer: 'hang', when: 'after', next: 1 },
      { answer: 'rate_limit', next: 2 },
      { answer: 'server_error', next: 1 },
    ];
    for (const fault of faults) {
      const { reservation, paymentId, intentId } = await app.paidPayment();
      await app.faults({ api: [{ method: 'POST', path: '/v1/refunds', ...fault }] });
      await app.publish(reservation.id, cancelled(reservation, { paymentId: paymentId, refundDue: 2_500 }));
      await app.untilRefund(paymentId, 'succeeded');
      await expectRefunded(intentId, 2_500);
    }
  });

  it('a refund behind a key that only replays a failure is found', async () => {
    const { reservation, paymentId, intentId } = await app.paidPayment();
    await app.faults({
      api: [{ method: 'POST', path: '/v1/refunds', answer: 'server_error', when: 'after', next: 1 }],
      webhooks: [{ drop: true }],
    });
    await app.publish(reservation.id, cancelled(reservation, { paymentId: paymentId, refundDue: 2_500 }));
    await app.untilRefund(paymentId, 'succeeded');
    await expectRefunded(intentId, 2_500);
  });

  it('a refund that the balance at Stripe does not cover waits, and is made later', async () => {
    const { reservation, paymentId, intentId } = await app.paidPayment();
    await app.faults({ api: [{ method: 'POST', path: '/v1/refunds', answer: 'balance_too_low', next: 1 }] });
    await app.publish(reservation.id, cancelled(reservation, { paymentId: paymentId, refundDue: 2_500 }));
    const { refunds } = await app.untilRefunds(paymentId, 1);
    const bringForward = () =>
      app.sql(
        `UPDATE platform.jobs SET run_at = now() WHERE kind = 'payments.submit-refund' AND subject = $1 AND claim IS NULL
           AND run_at > now() + interval '14 minutes' AND key_attempt = 2 AND attempts = 0 RETURNING subject`,
        [refunds[0].id],
      );
    await until(async () => (await bringForward()).length > 0, { what: 'the refund to wait for the balance' });
    await app.untilRefund(paymentId, 'succeeded');
    await expectRefunded(intentId, 2_500);
    expect((await app.eventsOf(paymentId)).slice(2)).toEqual(['refund-requested', 'payment-refunded']);
  });

  it('a pending refund counts only when Stripe says that it succeeded', async () => {
    const { reservation, paymentId } = await app.paidPayment('pm_card_pendingRefund');
    await app.publish(reservation.id, cancelled(reservation, { paymentId: paymentId, refundDue: 2_500 }));
    await app.untilRefund(paymentId, 'succeeded');
    expect((await app.eventsOf(paymentId)).slice(2)).toEqual(['refund-requested', 'refund-submitted', 'payment-refunded']);
  });

  it('an admin retries a failed refund under the next key', async () => {
    const { reservation, paymentId } = await app.paidPayment('pm_card_refundFail');
    await app.publish(reservation.id, cancelled(reservation, { paymentId: paymentId, refundDue: 2_500 }));
    const failed = await app.untilRefund(paymentId, 'failed');
    expect(failed).toMatchObject({ refunded: 0, captured: 2_500 });
    const [refund] = failed.refunds;
    const token = await app.adminToken();
    expect((await app.post(`/admin/refunds/${refund.id}/retry`, undefined, { token: reservation.token })).status).toBe(403);
    const retried = await app.post(`/admin/refunds/${refund.id}/retry`, undefined, { token });
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
        note: null,
        paidOutAt: null,
        paidOutAmount: null,
        paidOutNote: null,
        createdAt: expect.any(String),
      },
    ]);
    await app.untilRefund(paymentId, 'failed');
    const { refunds } = await app.payment(paymentId);
    expect(refunds).toEqual([expect.objectContaining({ id: refund.id, failed_stripe_refund_ids: [refund.stripe_refund_id] })]);
    expect(refunds[0].stripe_refund_id).not.toBe(refund.stripe_refund_id);
    expect((await app.eventsOf(paymentId)).slice(2)).toEqual([
      'refund-requested',
      'payment-refunded',
      'refund-failed',
      'refund-requested',
      'payment-refunded',
      'refund-failed',
    ]);
  });

  it('a refund that has not failed, or does not exist, is not retried', async () => {
    const { reservation, paymentId } = await app.paidPayment();
    await app.publish(reservation.id, cancelled(reservation, { paymentId: paymentId, refundDue: 2_500 }));
    const { refunds } = await app.untilRefund(paymentId, 'succeeded');
    const token = await app.adminToken();
    expect((await app.post(`/admin/refunds/${refunds[0].id}/retry`, undefined, { token })).body).toMatchObject({
      status: 409,
      code: 'payments.refund-not-failed',
    });
    expect((await app.post(`/admin/refunds/${paymentId}/retry`, undefined, { token })).status).toBe(404);
  });

  it('an external refund is recorded, and only the rest is refunded', async () => {
    const { reservation, paymentId, intentId } = await app.paidPayment();
    await app.stripe.refunds.create({ payment_intent: intentId, amount: 700 });
    const external = await app.untilRefund(paymentId, 'succeeded');
    expect(external).toMatchObject({ refunded: 700, refunds: [expect.objectContaining({ reason: 'external', amount: 700 })] });
    await app.publish(reservation.id, cancelled(reservation, { paymentId: paymentId, refundDue: 2_500 }));
    await expectRefunded(intentId, 2_500);
  });

  it('a refund that an external one left too little for gives the rest back by itself', async () => {
    const { reservation, paymentId, intentId } = await app.paidPayment();
    await app.faults({ webhooks: [{ drop: true }] });
    await app.stripe.refunds.create({ payment_intent: intentId, amount: 700 });
    await app.publish(reservation.id, cancelled(reservation, { paymentId: paymentId, refundDue: 2_500 }));
    await expectRefunded(intentId, 2_500);
    const { refunds } = await app.payment(paymentId);
    expect(refunds).toEqual(expect.arrayContaining([expect.objectContaining({ reason: 'reservation-cancelled', amount: 1_800 })]));
  });

  it('a refusal that Stripe only repeats is asked for again under the next key', async () => {
    const { reservation, paymentId, intentId } = await app.paidPayment();
    await app.faults({ webhooks: [{ drop: true }] });
    const { id: externalId } = await app.stripe.refunds.create({ payment_intent: intentId, amount: 700 });
    await app.faults({
      webhooks: [{ drop: true }],
      api: [{ method: 'POST', path: '/v1/refunds', answer: 'hang', when: 'after', next: 1 }],
    });
    await app.publish(reservation.id, cancelled(reservation, { paymentId, refundDue: 2_500 }));
    await until(
      async () => (await app.sql(`SELECT FROM platform.jobs WHERE kind = 'payments.submit-refund' AND attempts >= 1`)).length > 0,
      { what: 'the answer to be lost' },
    );
    // What was refused for the external refund fits again, and the first key would refuse it for a day.
    await app.control('POST', `/refunds/${externalId}/fail`);
    await expectRefunded(intentId, 2_500);
    const { refunds } = await app.payment(paymentId);
    expect(refunds).toEqual(expect.arrayContaining([expect.objectContaining({ reason: 'reservation-cancelled', status: 'succeeded' })]));
  });

  it('a refund that is owed is requested although its message was lost', async () => {
    const payment = await app.paidPayment();
    const { reservation, paymentId, intentId } = payment;
    await app.publish(reservation.id, cancelled(reservation, { paymentId, refundDue: 1_000 }));
    await expectRefunded(intentId, 1_000);
    app.owe(payment, { refundDue: eur(1_000), reason: 'reservation-cancelled' });
    app.owe(payment, { refundDue: eur(2_500), reason: 'showtime-cancelled' });
    await expectRefunded(intentId, 2_500);
    const { refunds } = await app.payment(paymentId);
    expect(refunds.map(({ reason, amount }: { reason: string; amount: number }) => [reason, amount])).toEqual([
      ['reservation-cancelled', 1_000],
      ['showtime-cancelled', 1_500],
    ]);
  });

  async function expectRefunded(intentId: string, amount: number): Promise<void> {
    const [payment] = await untilRefunded(intentId, amount);
    expect(payment).toMatchObject({ refunded: amount });
    const { data } = await app.stripe.refunds.list({ payment_intent: intentId });
    expect(data.filter(({ status }) => status === 'succeeded').reduce((sum, refund) => sum + refund.amount, 0)).toBe(amount);
  }

  async function untilRefunded(intentId: string, amount: number) {
    return until(
      async () => {
        const rows = await app.sql(`SELECT * FROM payments.payments WHERE intent_id = $1 AND refunded = $2`, [intentId, amount]);
        return rows.length > 0 ? rows : undefined;
      },
      { what: `${amount} to be refunded of ${intentId}` },
    );
  }
});

describe('A crash before the outcome is stored', () => {
  it('a refund whose outcome could not be stored is made once', async () => {
    const { reservation, paymentId, intentId } = await app.paidPayment();
    // Every write of the outcome fails, as if the process crashed right before it each time.
    await app.sql(`ALTER TABLE payments.payments ADD CONSTRAINT crash CHECK (id <> '${paymentId}' OR refunded = 0)`);
    await app.faults({ webhooks: [{ drop: true }] });
    await app.publish(reservation.id, cancelled(reservation, { paymentId: paymentId, refundDue: 2_500 }));
    await until(
      async () => (await app.sql(`SELECT FROM platform.jobs WHERE kind = 'payments.submit-refund' AND attempts >= 2`)).length > 0,
      { what: 'the refund to have been tried twice' },
    );
    expect((await app.payment(paymentId)).refunds).toEqual([expect.objectContaining({ status: 'requested' })]);
    await app.sql(`ALTER TABLE payments.payments DROP CONSTRAINT crash`);
    await app.untilRefund(paymentId, 'succeeded');
    expect((await app.stripe.refunds.list({ payment_intent: intentId })).data).toHaveLength(1);
  });

  it('an intent whose outcome could not be stored is made once', async () => {
    const reservation = await app.newReservation();
    await app.sql(`ALTER TABLE payments.payments ADD CONSTRAINT crash CHECK (reservation_id <> '${reservation.id}' OR intent_id IS NULL)`);
    expect((await app.requestPayment(reservation)).status).toBe(500);
    await app.sql(`ALTER TABLE payments.payments DROP CONSTRAINT crash`);
    const { status, body } = await app.requestPayment(reservation);
    expect(status).toBe(200);
    const { data } = await app.stripe.paymentIntents.list({ limit: 100 });
    expect(data.filter(({ metadata }) => metadata['paymentId'] === body.id)).toHaveLength(1);
  });
});

describe('A refund for cheaper seats that a restore has lost', () => {
  it('a lost refund is known again by its metadata, and does not go back twice', async () => {
    const { paymentId, intentId } = await app.paidPayment();
    const payments = app.nest.get(Payments, { strict: false });
    const change = (amount: number) =>
      payments.change(paymentId, (payment) => payment.requestRefund({ reason: 'seats-changed', due: eur(amount), now: new Date() }));
    await change(500);
    await app.untilRefund(paymentId, 'succeeded');
    expect((await app.stripe.refunds.list({ payment_intent: intentId })).data[0]?.metadata).toMatchObject({ reason: 'seats-changed' });
    await app.sql(`UPDATE payments.payments SET refunded = 0 WHERE id = $1`, [paymentId]);
    await app.sql(`DELETE FROM payments.refunds WHERE payment_id = $1`, [paymentId]);
    await app.nest.get(Jobs).enqueue([{ kind: 'payments.list-refunds', subject: paymentId }]);
    await app.untilRefund(paymentId, 'succeeded');
    await change(700);
    const { refunds } = await payments.get(paymentId);
    expect(refunds.map(({ reason, amount, isForChangedSeats }) => [reason, amount, isForChangedSeats])).toEqual([
      ['external', 500, true],
      ['seats-changed', 200, false],
    ]);
  });
});
