import type { Stripe } from 'stripe';
import { idOf } from '../ledger/ids.js';
import { INTENT_PARAMETERS, SandboxHarness, stripeErrorOf } from '../testing/sandbox-harness.js';
import { waitUntil } from '../testing/webhook-receiver.js';

let harness: SandboxHarness;
let stripe: Stripe;
beforeEach(async () => {
  harness = await SandboxHarness.start();
  stripe = harness.stripe;
});
afterEach(() => harness.close());

async function chargeOf(intent: Stripe.PaymentIntent): Promise<Stripe.Charge> {
  const { data } = await stripe.charges.list({ payment_intent: intent.id });
  if (data[0] === undefined) throw new Error('no charge');
  return data[0];
}

describe('Refunds', () => {
  it('a refund without an amount returns the whole payment', async () => {
    const paid = await harness.pay();
    const refund = await stripe.refunds.create({ payment_intent: paid.id, reason: 'requested_by_customer', metadata: { refundId: 'r-1' } });
    expect(refund).toMatchObject({
      object: 'refund',
      amount: 2400,
      currency: 'eur',
      charge: paid.latest_charge,
      payment_intent: paid.id,
      metadata: { refundId: 'r-1' },
      reason: 'requested_by_customer',
      status: 'succeeded',
    });
    expect(refund.id).toMatch(/^re_3\w{23}$/);
    expect(await chargeOf(paid)).toMatchObject({ amount_refunded: 2400, refunded: true, status: 'succeeded' });
    expect((await stripe.paymentIntents.retrieve(paid.id)).status).toBe('succeeded');
  });

  it('partial refunds are accepted until the payment is refunded', async () => {
    const paid = await harness.pay();
    const charge = await chargeOf(paid);
    await stripe.refunds.create({ payment_intent: paid.id, amount: 1000 });
    await stripe.refunds.create({ charge: charge.id, amount: 900 });
    expect(await chargeOf(paid)).toMatchObject({ amount_refunded: 1900, refunded: false });

    const tooMuch = await stripeErrorOf(stripe.refunds.create({ payment_intent: paid.id, amount: 501 }));
    expect(tooMuch).toMatchObject({ statusCode: 400, param: 'amount' });
    expect(tooMuch.message).toBe('Refund amount (€5.01) is greater than unrefunded amount on charge (€5.00)');

    expect((await stripe.refunds.create({ payment_intent: paid.id })).amount).toBe(500);
    const nothingLeft = await stripeErrorOf(stripe.refunds.create({ payment_intent: paid.id }));
    expect(nothingLeft).toMatchObject({
      statusCode: 400,
      code: 'charge_already_refunded',
      message: `Charge ${charge.id} has already been refunded.`,
    });
  });

  it('a refund of more than the payment is refused', async () => {
    const paid = await harness.pay();
    const error = await stripeErrorOf(stripe.refunds.create({ payment_intent: paid.id, amount: 2401 }));
    expect(error.message).toBe('Refund amount (€24.01) is greater than charge amount (€24.00)');
  });

  it('a refund without a successful payment is refused', async () => {
    const open = await stripe.paymentIntents.create(INTENT_PARAMETERS);
    expect((await stripeErrorOf(stripe.refunds.create({ payment_intent: open.id }))).message).toBe(
      `This PaymentIntent (${open.id}) does not have a successful charge to refund.`,
    );
    const declined = await stripeErrorOf(harness.pay('pm_card_visa_chargeDeclined'));
    expect(await stripeErrorOf(stripe.refunds.create({ charge: String(declined.charge) }))).toMatchObject({
      code: 'charge_not_refundable',
    });
    expect(await stripeErrorOf(stripe.refunds.create({}))).toMatchObject({ code: 'parameter_missing' });
    expect(await stripeErrorOf(stripe.refunds.create({ payment_intent: 'pi_none' }))).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
      param: 'payment_intent',
    });
    const other = await harness.pay();
    expect(await stripeErrorOf(stripe.refunds.create({ payment_intent: other.id, charge: String(declined.charge) }))).toMatchObject({
      param: 'charge',
    });
  });

  it('a refund is listed by its intent and by its charge', async () => {
    const paid = await harness.pay();
    const other = await harness.pay();
    const refund = await stripe.refunds.create({ payment_intent: paid.id, amount: 700 });
    await stripe.refunds.create({ payment_intent: other.id });
    expect((await stripe.refunds.list({ payment_intent: paid.id })).data).toEqual([refund]);
    expect((await stripe.refunds.list({ charge: idOf(refund.charge)! })).data).toEqual([refund]);
    expect((await stripe.refunds.list()).data).toHaveLength(2);
    const retrieved = await stripe.refunds.retrieve(refund.id, { expand: ['charge', 'payment_intent.latest_charge'] });
    expect(retrieved).toMatchObject({
      charge: { amount_refunded: 700 },
      payment_intent: { id: paid.id, latest_charge: { object: 'charge' } },
    });
    const charge = await stripe.charges.retrieve(idOf(refund.charge)!, { expand: ['refunds'] });
    expect(charge.refunds?.data).toEqual([refund]);
  });

  it('the metadata of a refund can be changed', async () => {
    const paid = await harness.pay();
    const refund = await stripe.refunds.create({ payment_intent: paid.id });
    expect((await stripe.refunds.update(refund.id, { metadata: { reason: 'apology' } })).metadata).toEqual({ reason: 'apology' });
  });
});

describe('Asynchronous refunds', () => {
  it('a pending refund succeeds later', async () => {
    const paid = await harness.pay('pm_card_pendingRefund');
    const refund = await stripe.refunds.create({ payment_intent: paid.id });
    expect(refund).toMatchObject({ status: 'pending', pending_reason: 'processing' });
    expect((await chargeOf(paid)).amount_refunded).toBe(2400);
    await harness.webhooks.firstEvent('charge.refund.updated');
    const done = await stripe.refunds.retrieve(refund.id);
    expect(done.status).toBe('succeeded');
    expect(done).not.toHaveProperty('pending_reason');
  });

  it('a pending refund can be canceled', async () => {
    await harness.close();
    harness = await SandboxHarness.start({ asyncDelayMs: 60_000 });
    stripe = harness.stripe;
    const paid = await harness.pay('pm_card_pendingRefund');
    const refund = await stripe.refunds.create({ payment_intent: paid.id });
    expect((await stripe.refunds.cancel(refund.id)).status).toBe('canceled');
    expect((await chargeOf(paid)).amount_refunded).toBe(0);
    expect(await stripeErrorOf(stripe.refunds.cancel(refund.id))).toMatchObject({ statusCode: 400 });
  });

  it('a refund that the bank returns fails, and can be made again', async () => {
    const paid = await harness.pay('pm_card_refundFail');
    const refund = await stripe.refunds.create({ payment_intent: paid.id });
    expect(refund.status).toBe('succeeded');
    const event = await harness.webhooks.firstEvent('refund.failed');
    expect(event.data.object).toMatchObject({ id: refund.id, status: 'failed', failure_reason: 'expired_or_canceled_card' });
    await waitUntil(async () => (await chargeOf(paid)).amount_refunded === 0);
    expect((await stripe.refunds.create({ payment_intent: paid.id })).amount).toBe(2400);
  });

  it('the fail control makes a succeeded refund fail', async () => {
    const paid = await harness.pay();
    const refund = await stripe.refunds.create({ payment_intent: paid.id, amount: 400 });
    await harness.control('POST', `/refunds/${refund.id}/fail`);
    expect((await stripe.refunds.retrieve(refund.id)).status).toBe('failed');
    expect(await harness.tryControl('POST', `/refunds/${refund.id}/succeed`)).toMatchObject({ status: 409 });
    expect((await harness.tryControl('POST', '/refunds/re_none/fail')).json().error).toBe('there is no refund re_none');
  });

  it('the succeed control ends a pending refund early', async () => {
    await harness.close();
    harness = await SandboxHarness.start({ asyncDelayMs: 60_000 });
    stripe = harness.stripe;
    const paid = await harness.pay('pm_card_pendingRefund');
    const refund = await stripe.refunds.create({ payment_intent: paid.id });
    await harness.control('POST', `/refunds/${refund.id}/succeed`);
    expect((await stripe.refunds.retrieve(refund.id)).status).toBe('succeeded');
  });
});
