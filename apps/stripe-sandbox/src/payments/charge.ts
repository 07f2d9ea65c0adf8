import type { Stripe } from 'stripe';
import { idOf, newId, unixNowSeconds } from '../ledger/ids.js';
import { cardByFingerprint, type Decline } from './cards.js';

const STATEMENT_DESCRIPTOR = 'CINEMA';

/** The result of a card payment. It is `pending` while the bank has not answered. */
type ChargeResult = { kind: 'succeeded' } | { kind: 'pending' } | { kind: 'failed'; decline: Decline };

/** One attempt to pay an intent. */
export interface PaymentAttempt {
  intent: Stripe.PaymentIntent;
  paymentMethod: Stripe.PaymentMethod;
  /** Whether the customer passed 3D Secure. */
  authenticated: boolean;
}

export function newCharge({ intent, paymentMethod, authenticated }: PaymentAttempt, result: ChargeResult): Stripe.Charge {
  const id = newId('charge');
  return withResult(
    {
      id,
      object: 'charge',
      amount: intent.amount,
      amount_captured: 0,
      amount_refunded: 0,
      application: null,
      application_fee: null,
      application_fee_amount: null,
      balance_transaction: null,
      billing_details: paymentMethod.billing_details,
      calculated_statement_descriptor: statementDescriptorWith(intent.statement_descriptor_suffix),
      captured: false,
      created: unixNowSeconds(),
      currency: intent.currency,
      customer: idOf(intent.customer),
      description: intent.description,
      disputed: false,
      failure_balance_transaction: null,
      failure_code: null,
      failure_message: null,
      fraud_details: {},
      livemode: false,
      metadata: intent.metadata,
      on_behalf_of: null,
      outcome: null,
      paid: false,
      payment_intent: intent.id,
      payment_method: paymentMethod.id,
      payment_method_details: { card: newCardDetails({ paymentMethod, amount: intent.amount, authenticated }), type: 'card' },
      radar_options: {},
      receipt_email: intent.receipt_email,
      receipt_number: null,
      receipt_url: null,
      refunded: false,
      review: null,
      shipping: intent.shipping,
      source: null,
      source_transfer: null,
      statement_descriptor: intent.statement_descriptor,
      statement_descriptor_suffix: intent.statement_descriptor_suffix,
      status: 'pending',
      transfer_data: null,
      transfer_group: intent.transfer_group,
    },
    result,
  );
}

/** Leaves the balance transaction null: with asynchronous capture, Stripe sets it in a later event. */
export function withResult(charge: Stripe.Charge, result: ChargeResult): Stripe.Charge {
  switch (result.kind) {
    case 'pending':
      return { ...charge, status: 'pending' };
    case 'succeeded':
      return {
        ...charge,
        amount_captured: charge.amount,
        captured: true,
        outcome: {
          advice_code: null,
          network_advice_code: null,
          network_decline_code: null,
          network_status: 'approved_by_network',
          reason: null,
          risk_level: 'normal',
          risk_score: 12,
          seller_message: 'Payment complete.',
          type: 'authorized',
        },
        paid: true,
        receipt_url: `https://pay.stripe.com/receipts/payment/${charge.id}`,
        status: 'succeeded',
      };
    case 'failed':
      return {
        ...charge,
        failure_code: result.decline.code,
        failure_message: result.decline.message,
        outcome: {
          advice_code: result.decline.adviceCode ?? null,
          network_advice_code: null,
          network_decline_code: null,
          network_status: result.decline.blocked ? 'not_sent_to_network' : 'declined_by_network',
          reason: result.decline.blocked ? 'highest_risk_level' : (result.decline.declineCode ?? result.decline.code),
          risk_level: result.decline.blocked ? 'highest' : 'normal',
          risk_score: result.decline.blocked ? 92 : 12,
          seller_message: result.decline.blocked
            ? 'Stripe blocked this payment as too risky.'
            : 'The bank did not return any further details with this decline.',
          type: result.decline.blocked ? 'blocked' : 'issuer_declined',
        },
        status: 'failed',
      };
  }
}

export function cardOfCharge(charge: Stripe.Charge) {
  return cardByFingerprint(charge.payment_method_details?.card?.fingerprint);
}

function statementDescriptorWith(suffix: string | null): string {
  return suffix === null ? STATEMENT_DESCRIPTOR : `${STATEMENT_DESCRIPTOR}* ${suffix}`.slice(0, 22);
}

interface CardPayment {
  paymentMethod: Stripe.PaymentMethod;
  amount: number;
  /** Whether the customer passed 3D Secure. */
  authenticated: boolean;
}

function newCardDetails({ paymentMethod, amount, authenticated }: CardPayment): Stripe.Charge.PaymentMethodDetails.Card {
  const card = paymentMethod.card;
  if (card === undefined) throw new Error(`The payment method ${paymentMethod.id} is not a card.`);
  return {
    amount_authorized: amount,
    authorization_code: null,
    brand: card.brand,
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country: card.country,
    electronic_commerce_indicator: null,
    exp_month: card.exp_month,
    exp_year: card.exp_year,
    extended_authorization: { status: 'disabled' },
    fingerprint: card.fingerprint ?? null,
    funding: card.funding,
    incremental_authorization: { status: 'unavailable' },
    installments: null,
    last4: card.last4,
    mandate: null,
    multicapture: { status: 'unavailable' },
    network: card.brand,
    network_token: { used: false },
    network_transaction_id: null,
    overcapture: { maximum_amount_capturable: amount, status: 'unavailable' },
    regulated_status: 'unregulated',
    three_d_secure: authenticated
      ? {
          authentication_flow: 'challenge',
          electronic_commerce_indicator: '05',
          exemption_indicator: null,
          result: 'authenticated',
          result_reason: null,
          transaction_id: null,
          version: '2.2.0',
        }
      : null,
    transaction_link_id: null,
    wallet: null,
  };
}
