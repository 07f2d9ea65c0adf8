import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Stripe } from 'stripe';
import { idOf } from '../ledger/ids.js';
import { Bench, refusal } from '../testing/bench.js';

let bench: Bench;
let stripe: Stripe;
beforeEach(async () => {
  bench = await Bench.start();
  stripe = bench.stripe;
});
afterEach(() => bench.close());

async function disputed(card = 'pm_card_createDispute'): Promise<Stripe.Dispute> {
  await bench.pay(card);
  const event = await bench.webhooks.first('charge.dispute.created');
  return event.data.object as Stripe.Dispute;
}

describe('A disputed payment', () => {
  it('follows the payment with the card that promises one', async () => {
    const dispute = await disputed();
    expect(dispute).toMatchObject({
      object: 'dispute',
      amount: 2400,
      reason: 'fraudulent',
      status: 'needs_response',
      is_charge_refundable: false,
    });
    expect(dispute.balance_transactions).toHaveLength(1);
    await bench.webhooks.first('charge.dispute.funds_withdrawn');
    expect(await stripe.disputes.retrieve(dispute.id, { expand: ['charge'] })).toMatchObject({ charge: { disputed: true } });
    expect((await stripe.disputes.list({ payment_intent: idOf(dispute.payment_intent)! })).data.map(({ id }) => id)).toEqual([dispute.id]);
  });

  it('cannot be refunded as well', async () => {
    const dispute = await disputed('pm_card_createDisputeProductNotReceived');
    expect(dispute.reason).toBe('product_not_received');
    await bench.webhooks.first('charge.dispute.funds_withdrawn');
    expect(await refusal(stripe.refunds.create({ charge: idOf(dispute.charge)! }))).toMatchObject({
      statusCode: 400,
      code: 'charge_disputed',
    });
  });

  it('is won with winning evidence', async () => {
    const dispute = await disputed();
    const answered = await stripe.disputes.update(dispute.id, { evidence: { uncategorized_text: 'winning_evidence' } });
    expect(answered).toMatchObject({ status: 'won', evidence_details: { has_evidence: true, submission_count: 1 } });
    await bench.webhooks.first('charge.dispute.closed');
    await bench.webhooks.first('charge.dispute.funds_reinstated');
  });

  it('is under review after other evidence, and lost with losing evidence or when accepted', async () => {
    const one = await disputed();
    expect((await stripe.disputes.update(one.id, { evidence: { customer_name: 'Ada' } })).status).toBe('under_review');
    expect((await stripe.disputes.update(one.id, { evidence: { uncategorized_text: 'losing_evidence' } })).status).toBe('lost');
    const paid = await bench.pay();
    const two = await bench.knob<Stripe.Dispute>('POST', '/disputes', { payment_intent: paid.id, amount: 1000, reason: 'duplicate' });
    expect(two).toMatchObject({ amount: 1000, reason: 'duplicate' });
    expect((await stripe.disputes.close(two.id)).status).toBe('lost');
    expect(await refusal(stripe.disputes.close(two.id))).toMatchObject({ statusCode: 400 });
  });

  it('may be a mere inquiry', async () => {
    const inquiry = await disputed('pm_card_createDisputeInquiry');
    expect(inquiry).toMatchObject({ status: 'warning_needs_response', is_charge_refundable: true, balance_transactions: [] });
    expect(await stripe.charges.retrieve(idOf(inquiry.charge)!)).toMatchObject({ disputed: false });
  });

  it('ends as the knobs say', async () => {
    const paid = await bench.pay();
    const dispute = await bench.knob<Stripe.Dispute>('POST', '/disputes', { charge: paid.latest_charge });
    expect(await bench.knob('POST', `/disputes/${dispute.id}/close`, { outcome: 'won' })).toMatchObject({ status: 'won' });
    const closed = await bench.webhooks.first('charge.dispute.closed');
    expect(closed.data.previous_attributes).toMatchObject({ status: 'needs_response' });
    expect((await bench.turn('POST', '/disputes', {})).json().error).toContain("must have required property 'charge'");
    expect((await bench.turn('POST', '/disputes', { charge: 'ch_none' })).json().error).toBe('there is no charge ch_none');
    expect((await bench.turn('POST', `/disputes/${dispute.id}/close`, { outcome: 'drawn' })).json().error).toBe(
      'outcome must be one of won, lost',
    );
  });
});
