import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@app/kernel/id.js';
import { until } from '../../support/until.js';
import { BoxOffice } from './box-office.js';

let office: BoxOffice;
beforeAll(async () => {
  office = await BoxOffice.open({ env: { STRIPE_TIMEOUT_MS: '500', RECONCILE_AFTER_MS: '500', TICK_RECONCILE_PAYMENTS_MS: '200' } });
}, 60_000);
afterEach(() => office.knob('DELETE', '/faults'));
afterAll(() => office?.close());

const deaf = { webhooks: [{ drop: true }] };
const sweep = (kind: string) => office.sql(`UPDATE payments.due_rows SET next_at = now() - interval '1 day' WHERE kind = $1`, [kind]);

describe('Reconciling with Stripe, deaf to its webhooks', () => {
  it('finds money that arrived', async () => {
    await office.faults(deaf);
    const { paymentId, intentId } = await office.started();
    await office.pay(intentId);
    await office.reaches(paymentId, 'succeeded');
    expect(await office.eventsOf(paymentId)).toEqual(['payment-started', 'payment-succeeded']);
  });

  it('cancels the intent of a hold that ended while nobody told', async () => {
    await office.faults(deaf);
    const { reservation, paymentId, intentId } = await office.started();
    office.becomes(reservation, { status: 'expired' });
    await office.reaches(paymentId, 'cancelled');
    expect((await office.stripe.paymentIntents.retrieve(intentId)).status).toBe('canceled');
  });

  it('fetches the events Stripe could not deliver', async () => {
    const { paymentId, intentId } = await office.paid();
    await office.faults(deaf);
    await office.stripe.refunds.create({ payment_intent: intentId, amount: 100 });
    await sweep('fetch-undelivered-events');
    expect(await office.refundReaches(paymentId, 'succeeded')).toMatchObject({ refunded: 100 });
    const rows = await office.sql(
      `SELECT status FROM payments.stripe_events WHERE body #>> '{data,object,payment_intent}' = $1 AND type = 'refund.created'`,
      [intentId],
    );
    expect(rows).toEqual([{ status: 'applied' }]);
  });

  it('goes through the last days for refunds, late money and second intents', async () => {
    const refunded = await office.paid();
    const cancelled = await office.started();
    office.becomes(cancelled.reservation, { status: 'expired' });
    await office.reaches(cancelled.paymentId, 'cancelled');
    await office.faults(deaf);
    await office.stripe.refunds.create({ payment_intent: refunded.intentId, amount: 100 });
    const second = await office.stripe.paymentIntents.create({
      amount: 2_500,
      currency: 'eur',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      confirm: true,
      payment_method: 'pm_card_visa',
      metadata: { paymentId: refunded.paymentId },
    });
    const orphan = await office.stripe.paymentIntents.create({ amount: 700, currency: 'eur', metadata: { paymentId: newId() } });
    await sweep('sweep-recent-days');
    await office.refundReaches(refunded.paymentId, 'succeeded');
    await until(
      async () => (await office.sql(`SELECT FROM payments.payments WHERE intent_id = $1 AND refunded = 2500`, [second.id])).length === 1,
      {
        timeoutMs: 10_000,
        what: 'the money of the second intent to go back',
      },
    );
    expect((await office.stripe.paymentIntents.retrieve(orphan.id)).status).toBe('requires_payment_method');
  });
});
