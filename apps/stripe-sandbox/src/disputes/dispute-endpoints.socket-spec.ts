import type { Stripe } from 'stripe';
import { idOf } from '../ledger/ids.js';
import { SandboxHarness, stripeErrorOf } from '../testing/sandbox-harness.js';

let harness: SandboxHarness;
let stripe: Stripe;
beforeEach(async () => {
  harness = await SandboxHarness.start();
  stripe = harness.stripe;
});
afterEach(() => harness.close());

async function payAndDispute(card = 'pm_card_createDispute'): Promise<Stripe.Dispute> {
  await harness.pay(card);
  const event = await harness.webhooks.firstEvent('charge.dispute.created');
  return event.data.object as Stripe.Dispute;
}

describe('Disputes', () => {
  it('a payment with a dispute card is disputed', async () => {
    const dispute = await payAndDispute();
    expect(dispute).toMatchObject({
      object: 'dispute',
      amount: 2400,
      reason: 'fraudulent',
      status: 'needs_response',
      is_charge_refundable: false,
    });
    expect(dispute.balance_transactions).toHaveLength(1);
    await harness.webhooks.firstEvent('charge.dispute.funds_withdrawn');
    expect(await stripe.disputes.retrieve(dispute.id, { expand: ['charge'] })).toMatchObject({ charge: { disputed: true } });
    expect((await stripe.disputes.list({ payment_intent: idOf(dispute.payment_intent)! })).data.map(({ id }) => id)).toEqual([dispute.id]);
  });

  it('a disputed charge cannot be refunded', async () => {
    const dispute = await payAndDispute('pm_card_createDisputeProductNotReceived');
    expect(dispute.reason).toBe('product_not_received');
    await harness.webhooks.firstEvent('charge.dispute.funds_withdrawn');
    expect(await stripeErrorOf(stripe.refunds.create({ charge: idOf(dispute.charge)! }))).toMatchObject({
      statusCode: 400,
      code: 'charge_disputed',
    });
  });

  it('a charge can be refunded again once its dispute is won', async () => {
    const dispute = await payAndDispute();
    await harness.control('POST', `/disputes/${dispute.id}/close`, { outcome: 'won' });
    expect((await stripe.refunds.create({ charge: idOf(dispute.charge)! })).amount).toBe(2400);
    expect(await stripe.charges.retrieve(idOf(dispute.charge)!)).toMatchObject({ disputed: true, refunded: true });
  });

  it('a dispute with winning evidence is won', async () => {
    const dispute = await payAndDispute();
    const response = await stripe.disputes.update(dispute.id, { evidence: { uncategorized_text: 'winning_evidence' } });
    expect(response).toMatchObject({ status: 'won', evidence_details: { has_evidence: true, submission_count: 1 } });
    await harness.webhooks.firstEvent('charge.dispute.closed');
    await harness.webhooks.firstEvent('charge.dispute.funds_reinstated');
  });

  it('other evidence is reviewed, and losing evidence or closing loses the dispute', async () => {
    const one = await payAndDispute();
    expect((await stripe.disputes.update(one.id, { evidence: { customer_name: 'Ada' } })).status).toBe('under_review');
    expect((await stripe.disputes.update(one.id, { evidence: { uncategorized_text: 'losing_evidence' } })).status).toBe('lost');
    const paid = await harness.pay();
    const two = await harness.control<Stripe.Dispute>('POST', '/disputes', { payment_intent: paid.id, amount: 1000, reason: 'duplicate' });
    expect(two).toMatchObject({ amount: 1000, reason: 'duplicate' });
    expect((await stripe.disputes.close(two.id)).status).toBe('lost');
    expect(await stripeErrorOf(stripe.disputes.close(two.id))).toMatchObject({ statusCode: 400 });
  });

  it('an inquiry leaves the charge undisputed and refundable', async () => {
    const inquiry = await payAndDispute('pm_card_createDisputeInquiry');
    expect(inquiry).toMatchObject({ status: 'warning_needs_response', is_charge_refundable: true, balance_transactions: [] });
    expect(await stripe.charges.retrieve(idOf(inquiry.charge)!)).toMatchObject({ disputed: false });
  });

  it('of a dispute that is lost the bank may give up a part, and the fee stays', async () => {
    const dispute = await payAndDispute();
    await harness.control('POST', `/disputes/${dispute.id}/close`, { outcome: 'lost', reinstated: 400 });
    await harness.webhooks.firstEvent('charge.dispute.funds_reinstated');
    const { status, balance_transactions } = await stripe.disputes.retrieve(dispute.id);
    expect(status).toBe('lost');
    expect(balance_transactions.map(({ amount, fee }) => [amount, fee])).toEqual([
      [-2400, 1500],
      [400, 0],
    ]);
  });

  it('an appeal turns a decision round, and back', async () => {
    const dispute = await payAndDispute();
    const appeal = (outcome: string) => harness.tryControl('POST', `/disputes/${dispute.id}/appeal`, { outcome });
    expect((await appeal('won')).status).toBe(400);
    await harness.control('POST', `/disputes/${dispute.id}/close`, { outcome: 'lost' });
    for (const outcome of ['won', 'lost'] as const) expect((await appeal(outcome)).json()).toMatchObject({ status: outcome });
    expect((await appeal('lost')).status).toBe(400);
    const { balance_transactions } = await stripe.disputes.retrieve(dispute.id);
    expect(balance_transactions.map(({ amount }) => amount)).toEqual([-2400, 2400, -2400]);
  });

  it('a partly refunded charge can be disputed for more than is left of it', async () => {
    const paid = await harness.pay();
    await stripe.refunds.create({ payment_intent: paid.id, amount: 1000 });
    expect(await harness.control('POST', '/disputes', { payment_intent: paid.id })).toMatchObject({ amount: 2400 });
  });

  it('the controls open and close a dispute', async () => {
    const paid = await harness.pay();
    const dispute = await harness.control<Stripe.Dispute>('POST', '/disputes', { charge: paid.latest_charge });
    expect(await harness.control('POST', `/disputes/${dispute.id}/close`, { outcome: 'won' })).toMatchObject({ status: 'won' });
    const closed = await harness.webhooks.firstEvent('charge.dispute.closed');
    expect(closed.data.previous_attributes).toMatchObject({ status: 'needs_response' });
    expect((await harness.tryControl('POST', '/disputes', {})).json().error).toContain("must have required property 'charge'");
    expect((await harness.tryControl('POST', '/disputes', { charge: 'ch_none' })).json().error).toBe('there is no charge ch_none');
    expect((await harness.tryControl('POST', `/disputes/${dispute.id}/close`, { outcome: 'drawn' })).json().error).toBe(
      'outcome must be one of won, lost',
    );
  });
});
