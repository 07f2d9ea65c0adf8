import { newId } from '@app/kernel/id.js';
import { until } from '../../support/until.js';
import { cancelled, PaymentsApp } from './payments-app.js';

let app: PaymentsApp;
beforeAll(async () => {
  app = await PaymentsApp.start({ env: { STRIPE_TIMEOUT_MS: '2000', RECONCILE_AFTER_MS: '500', TICK_RECONCILE_PAYMENTS_MS: '200' } });
}, 60_000);
afterEach(() => app.control('DELETE', '/faults'));
afterAll(() => app?.close());

const withoutWebhooks = { webhooks: [{ drop: true }] };

describe('Reconciliation without webhooks', () => {
  it('money that arrived is found', async () => {
    await app.faults(withoutWebhooks);
    const { paymentId, intentId } = await app.newPayment();
    await app.pay(intentId);
    await app.untilStatus(paymentId, 'succeeded');
    expect(await app.eventsOf(paymentId)).toEqual(['payment-started', 'payment-succeeded']);
  });

  it('the intent of a hold that has ended is cancelled', async () => {
    await app.faults(withoutWebhooks);
    const { reservation, paymentId, intentId } = await app.newPayment();
    app.changeReservation(reservation, { status: 'expired' });
    await app.untilStatus(paymentId, 'cancelled');
    expect((await app.stripe.paymentIntents.retrieve(intentId)).status).toBe('canceled');
  });

  it('events that Stripe could not deliver are fetched', async () => {
    const { paymentId, intentId } = await app.paidPayment();
    await app.faults(withoutWebhooks);
    await app.stripe.refunds.create({ payment_intent: intentId, amount: 100 });
    await app.runNow('payments.fetch-undelivered-events');
    expect(await app.untilRefund(paymentId, 'succeeded')).toMatchObject({ refunded: 100 });
    const rows = await app.sql(
      `SELECT status FROM payments.stripe_events WHERE body #>> '{data,object,payment_intent}' = $1 AND type = 'refund.created'`,
      [intentId],
    );
    expect(rows).toEqual([{ status: 'applied' }]);
  });

  it('a refund that the bank has made since is found after some minutes', async () => {
    const { reservation, paymentId, intentId } = await app.paidPayment('pm_card_pendingRefund');
    await app.faults(withoutWebhooks);
    await app.publish(reservation.id, cancelled(reservation, { paymentId, refundDue: 2_500 }));
    await app.untilRefund(paymentId, 'submitted');
    await until(async () => (await app.stripe.refunds.list({ payment_intent: intentId })).data[0]?.status === 'succeeded', {
      what: 'the bank to make the refund',
    });
    await app.sql(`UPDATE payments.refunds SET changed_at = changed_at - interval '5 minutes' WHERE payment_id = $1`, [paymentId]);
    expect(await app.untilRefund(paymentId, 'succeeded')).toMatchObject({ refunded: 2_500 });
  });

  it('the sweep of recent days finds refunds and second intents', async () => {
    const refunded = await app.paidPayment();
    const cancelled = await app.newPayment();
    app.changeReservation(cancelled.reservation, { status: 'expired' });
    await app.untilStatus(cancelled.paymentId, 'cancelled');
    await app.faults(withoutWebhooks);
    await app.stripe.refunds.create({ payment_intent: refunded.intentId, amount: 100 });
    const second = await app.stripe.paymentIntents.create({
      amount: 2_500,
      currency: 'eur',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      confirm: true,
      payment_method: 'pm_card_visa',
      metadata: { paymentId: refunded.paymentId },
    });
    const orphan = await app.stripe.paymentIntents.create({ amount: 700, currency: 'eur', metadata: { paymentId: newId() } });
    await app.runNow('payments.sweep-recent-days');
    await app.untilRefund(refunded.paymentId, 'succeeded');
    await until(
      async () => (await app.sql(`SELECT FROM payments.payments WHERE intent_id = $1 AND refunded = 2500`, [second.id])).length === 1,
      { what: 'the money of the second intent to go back' },
    );
    expect((await app.stripe.paymentIntents.retrieve(orphan.id)).status).toBe('requires_payment_method');
  });

  it('the sweep of recent days finds disputes, and their decisions', async () => {
    const { paymentId, intentId } = await app.paidPayment();
    await app.faults(withoutWebhooks);
    await app.control('POST', '/disputes', { payment_intent: intentId });
    const [dispute] = (await app.stripe.disputes.list({ payment_intent: intentId })).data;
    const recorded = async () => app.sql<{ status: string }>(`SELECT status FROM payments.disputes WHERE payment_id = $1`, [paymentId]);
    const finds = async (status: string) => {
      await app.runNow('payments.sweep-recent-days');
      await until(async () => (await recorded())[0]?.status === status, { what: `the dispute that is ${status}` });
    };
    await finds('needs_response');
    await app.control('POST', `/disputes/${dispute!.id}/close`, { outcome: 'lost' });
    await finds('lost');
    await app.control('POST', `/disputes/${dispute!.id}/appeal`, { outcome: 'won' });
    await finds('won');
    expect((await app.eventsOf(paymentId)).filter((type) => type.includes('dispute'))).toEqual([
      'dispute-opened',
      'dispute-closed',
      'dispute-closed',
    ]);
  });
});
