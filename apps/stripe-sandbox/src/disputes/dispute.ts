import type { Stripe } from 'stripe';
import { idOf, newId, unixNowSeconds } from '../ledger/ids.js';

const FEE_MINOR_UNITS = 1500;
const RESPONSE_PERIOD_SECONDS = 9 * 86_400;

interface NewDispute {
  charge: Stripe.Charge;
  amount: number;
  reason: string;
  inquiry: boolean;
}

export function newDispute({ charge, amount, reason, inquiry }: NewDispute): Stripe.Dispute {
  const id = newId('dispute');
  const brand = charge.payment_method_details?.card?.brand ?? 'visa';
  return {
    id,
    object: 'dispute',
    amount,
    balance_transactions: inquiry ? [] : [newWithdrawal({ id, amount, currency: charge.currency }, FEE_MINOR_UNITS)],
    charge: charge.id,
    created: unixNowSeconds(),
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: NO_EVIDENCE,
    evidence_details: {
      due_by: unixNowSeconds() + RESPONSE_PERIOD_SECONDS,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: inquiry,
    livemode: false,
    metadata: {},
    payment_intent: idOf(charge.payment_intent),
    payment_method_details: {
      card: { brand, case_type: inquiry ? 'inquiry' : 'chargeback', network: brand, network_reason_code: '10.4' },
      type: 'card',
    },
    reason,
    status: inquiry ? 'warning_needs_response' : 'needs_response',
  };
}

/** When a dispute opens, the disputed money and Stripe's fee leave the balance. */
export function newWithdrawal(
  { id, amount, currency }: Pick<Stripe.Dispute, 'id' | 'amount' | 'currency'>,
  fee: number,
): Stripe.BalanceTransaction {
  return newBalanceTransaction({
    source: id,
    amount: -amount,
    fee,
    currency,
    description: 'Chargeback withdrawal',
  });
}

/** What the bank gives up returns to the balance. The fee does not, since June 2025. */
export function newReinstatement({ id, currency }: Stripe.Dispute, amount: number): Stripe.BalanceTransaction {
  return newBalanceTransaction({ source: id, amount, fee: 0, currency, description: 'Chargeback reversal' });
}

type BalanceChange = Pick<Stripe.BalanceTransaction, 'amount' | 'fee' | 'currency' | 'description'> & { source: string };

function newBalanceTransaction({ source, amount, fee, currency, description }: BalanceChange): Stripe.BalanceTransaction {
  return {
    id: newId('balanceTransaction'),
    object: 'balance_transaction',
    amount,
    available_on: unixNowSeconds(),
    balance_type: 'payments',
    created: unixNowSeconds(),
    currency,
    description,
    exchange_rate: null,
    fee,
    fee_details: [{ amount: fee, application: null, currency, description: 'Dispute fee', type: 'stripe_fee' }],
    net: amount - fee,
    reporting_category: amount < 0 ? 'dispute' : 'dispute_reversal',
    source,
    status: 'available',
    type: 'adjustment',
  };
}

const NO_EVIDENCE: Stripe.Dispute.Evidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
};
