import { newId } from '@app/kernel/id.js';
import { eventAbout, postEvent, readEvent, untilEvent } from './delivered-events.js';
import { PaymentsApp } from './payments-app.js';

let app: PaymentsApp;
beforeAll(async () => {
  app = await PaymentsApp.start();
}, 60_000);
afterAll(() => app?.close());

describe('An intent whose metadata was changed at Stripe', () => {
  it.each(['of another payment', 'of no payment', 'empty'] as const)(
    'money of an intent with changed metadata counts for its payment: %s',
    async (metadata) => {
      const payment = await app.newPayment();
      const other = await app.newPayment();
      const paymentId = { 'of another payment': other.paymentId, 'of no payment': newId(), empty: '' }[metadata];
      await app.stripe.paymentIntents.update(payment.intentId, { metadata: { paymentId } });
      await app.pay(payment.intentId);
      expect(await app.untilStatus(payment.paymentId, 'succeeded')).toMatchObject({ captured: 2_500, intent_id: payment.intentId });
      expect(await app.payment(other.paymentId)).toMatchObject({ status: 'open', captured: 0, intent_id: other.intentId });
    },
  );
});

describe('An event that our account has nothing to do with', () => {
  it('an event of a connected account that names a payment of ours is ignored', async () => {
    const { paymentId } = await app.newPayment();
    await app.sql(`UPDATE payments.payments SET status = 'created', intent_id = NULL WHERE id = $1`, [paymentId]);
    const object = { id: 'pi_connected', status: 'succeeded', amount: 2_500, amount_received: 2_500, currency: 'eur', livemode: false };
    const event = eventAbout({ ...object, metadata: { paymentId } }, { account: 'acct_1032D82eZvKYlo2C' });
    expect((await postEvent(app, event)).status).toBe(200);
    expect(await readEvent(app, event.id)).toMatchObject({ status: 'ignored', note: 'of no type or no account that matters here' });
    expect(await app.payment(paymentId)).toMatchObject({ status: 'created', captured: 0 });
  });

  it('an event of version 2 is acknowledged and ignored', async () => {
    const event = {
      id: `evt_test_${newId().replaceAll('-', '')}`,
      object: 'v2.core.event',
      type: 'v2.core.account[requirements].updated',
      created: new Date().toISOString(),
      livemode: false,
      related_object: { id: 'acct_1032D82eZvKYlo2C', type: 'v2.core.account', url: '/v2/core/accounts/acct_1032D82eZvKYlo2C' },
    };
    expect((await postEvent(app, event)).status).toBe(200);
    expect(await readEvent(app, event.id)).toMatchObject({ status: 'ignored' });
  });
});

describe('The older name of an event about a refund', () => {
  it('a refund that fails after it succeeded is recorded as failed', async () => {
    const { intentId, paymentId } = await app.paidPayment();
    const made = await app.stripe.refunds.create({ payment_intent: intentId, amount: 700 });
    await app.untilRefund(paymentId, 'succeeded');
    await app.faults({ webhooks: [{ drop: true }] });
    await app.control('POST', `/refunds/${made.id}/fail`);
    const failed = await app.stripe.refunds.retrieve(made.id);
    expect(failed.status).toBe('failed');
    await postEvent(app, eventAbout(failed, { type: 'charge.refund.updated' }));
    expect(await app.untilRefund(paymentId, 'failed')).toMatchObject({ refunded: 0, refunds: [{ reason: 'external' }] });
    await app.control('DELETE', '/faults');
  });
});

describe('An event that names only its charge', () => {
  it('a dispute and a refund are recorded of the payment that Stripe names', async () => {
    const { intentId, paymentId } = await app.paidPayment();
    const { latest_charge: charge } = await app.stripe.paymentIntents.retrieve(intentId);
    const id = `dp_${newId()}`;
    const dispute = { id, charge, payment_intent: null, amount: 2_500, currency: 'eur', reason: null, status: 'warning_needs_response' };
    const about = eventAbout(dispute, { type: 'charge.dispute.created' });
    expect((await postEvent(app, about)).status).toBe(200);
    await untilEvent(app, about.id, 'applied');
    expect(await app.sql(`SELECT payment_id FROM payments.disputes WHERE id = $1`, [id])).toEqual([{ payment_id: paymentId }]);
    await app.faults({ webhooks: [{ drop: true }] });
    const refund = await app.stripe.refunds.create({ payment_intent: intentId, amount: 700 });
    await postEvent(app, eventAbout({ ...refund, payment_intent: null }, { type: 'refund.updated' }));
    expect(await app.untilRefund(paymentId, 'succeeded')).toMatchObject({ refunds: [{ reason: 'external', amount: 700 }] });
    await app.control('DELETE', '/faults');
  });

  it.each(['ch_unknown', null])('an event about the charge %s is ignored', async (charge) => {
    const dispute = { id: 'dp_else', charge, payment_intent: null, amount: 2_500, currency: 'eur', status: 'needs_response' };
    const about = eventAbout(dispute, { type: 'charge.dispute.created' });
    await postEvent(app, about);
    expect(await untilEvent(app, about.id, 'ignored')).toMatchObject({ note: 'not about a payment of ours' });
  });
});
