import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Stripe } from 'stripe';
import { idOf } from '../ledger/ids.js';
import { Bench, order, refusal } from '../testing/bench.js';
import { until } from '../testing/receiver.js';

let bench: Bench;
let stripe: Stripe;
beforeEach(async () => {
  bench = await Bench.start();
  stripe = bench.stripe;
});
afterEach(() => bench.close());

async function chargeOf(intent: Stripe.PaymentIntent): Promise<Stripe.Charge> {
  const { data } = await stripe.charges.list({ payment_intent: intent.id });
  if (data[0] === undefined) throw new Error('no charge');
  return data[0];
}

describe('Giving money back', () => {
  it('gives all of it by default', async () => {
    const paid = await bench.pay();
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

  it('gives parts, by the intent or by the charge, until nothing is left', async () => {
    const paid = await bench.pay();
    const charge = await chargeOf(paid);
    await stripe.refunds.create({ payment_intent: paid.id, amount: 1000 });
    await stripe.refunds.create({ charge: charge.id, amount: 900 });
    expect(await chargeOf(paid)).toMatchObject({ amount_refunded: 1900, refunded: false });

    const tooMuch = await refusal(stripe.refunds.create({ payment_intent: paid.id, amount: 501 }));
    expect(tooMuch).toMatchObject({ statusCode: 400, param: 'amount' });
    expect(tooMuch.message).toBe('Refund amount (€5.01) is greater than unrefunded amount on charge (€5.00)');

    expect((await stripe.refunds.create({ payment_intent: paid.id })).amount).toBe(500);
    const nothingLeft = await refusal(stripe.refunds.create({ payment_intent: paid.id }));
    expect(nothingLeft).toMatchObject({
      statusCode: 400,
      code: 'charge_already_refunded',
      message: `Charge ${charge.id} has already been refunded.`,
    });
  });

  it('never gives more than was paid', async () => {
    const paid = await bench.pay();
    const refused = await refusal(stripe.refunds.create({ payment_intent: paid.id, amount: 2401 }));
    expect(refused.message).toBe('Refund amount (€24.01) is greater than charge amount (€24.00)');
  });

  it('needs a payment that went through', async () => {
    const open = await stripe.paymentIntents.create(order);
    expect((await refusal(stripe.refunds.create({ payment_intent: open.id }))).message).toBe(
      `This PaymentIntent (${open.id}) does not have a successful charge to refund.`,
    );
    const declined = await refusal(bench.pay('pm_card_visa_chargeDeclined'));
    expect(await refusal(stripe.refunds.create({ charge: String(declined.charge) }))).toMatchObject({ code: 'charge_not_refundable' });
    expect(await refusal(stripe.refunds.create({}))).toMatchObject({ code: 'parameter_missing' });
    expect(await refusal(stripe.refunds.create({ payment_intent: 'pi_none' }))).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
      param: 'payment_intent',
    });
    const other = await bench.pay();
    expect(await refusal(stripe.refunds.create({ payment_intent: other.id, charge: String(declined.charge) }))).toMatchObject({
      param: 'charge',
    });
  });

  it('is found again by the intent and by the charge', async () => {
    const paid = await bench.pay();
    const other = await bench.pay();
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

  it('keeps notes in metadata', async () => {
    const paid = await bench.pay();
    const refund = await stripe.refunds.create({ payment_intent: paid.id });
    expect((await stripe.refunds.update(refund.id, { metadata: { note: 'sorry' } })).metadata).toEqual({ note: 'sorry' });
  });
});

describe('A refund that takes its time', () => {
  it('is pending first and succeeds later', async () => {
    const paid = await bench.pay('pm_card_pendingRefund');
    const refund = await stripe.refunds.create({ payment_intent: paid.id });
    expect(refund).toMatchObject({ status: 'pending', pending_reason: 'processing' });
    expect((await chargeOf(paid)).amount_refunded).toBe(2400);
    await bench.webhooks.first('charge.refund.updated');
    const done = await stripe.refunds.retrieve(refund.id);
    expect(done.status).toBe('succeeded');
    expect(done).not.toHaveProperty('pending_reason');
  });

  it('can be canceled while it is pending', async () => {
    await bench.close();
    bench = await Bench.start({ asyncDelayMs: 60_000 });
    stripe = bench.stripe;
    const paid = await bench.pay('pm_card_pendingRefund');
    const refund = await stripe.refunds.create({ payment_intent: paid.id });
    expect((await stripe.refunds.cancel(refund.id)).status).toBe('canceled');
    expect((await chargeOf(paid)).amount_refunded).toBe(0);
    expect(await refusal(stripe.refunds.cancel(refund.id))).toMatchObject({ statusCode: 400 });
  });

  it('succeeds and then fails when the bank sends the money back, which may be refunded again', async () => {
    const paid = await bench.pay('pm_card_refundFail');
    const refund = await stripe.refunds.create({ payment_intent: paid.id });
    expect(refund.status).toBe('succeeded');
    const event = await bench.webhooks.first('refund.failed');
    expect(event.data.object).toMatchObject({ id: refund.id, status: 'failed', failure_reason: 'expired_or_canceled_card' });
    await until(async () => (await chargeOf(paid)).amount_refunded === 0);
    expect((await stripe.refunds.create({ payment_intent: paid.id })).amount).toBe(2400);
  });

  it('ends as the knobs say', async () => {
    const paid = await bench.pay();
    const refund = await stripe.refunds.create({ payment_intent: paid.id, amount: 400 });
    await bench.knob('POST', `/refunds/${refund.id}/fail`);
    expect((await stripe.refunds.retrieve(refund.id)).status).toBe('failed');
    expect(await bench.turn('POST', `/refunds/${refund.id}/succeed`)).toMatchObject({ status: 409 });
    expect((await bench.turn('POST', '/refunds/re_none/fail')).json().error).toBe('there is no refund re_none');
  });

  it('succeeds early when told to', async () => {
    await bench.close();
    bench = await Bench.start({ asyncDelayMs: 60_000 });
    stripe = bench.stripe;
    const paid = await bench.pay('pm_card_pendingRefund');
    const refund = await stripe.refunds.create({ payment_intent: paid.id });
    await bench.knob('POST', `/refunds/${refund.id}/succeed`);
    expect((await stripe.refunds.retrieve(refund.id)).status).toBe('succeeded');
  });
});
