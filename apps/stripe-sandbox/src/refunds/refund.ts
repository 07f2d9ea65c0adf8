import type { Stripe } from 'stripe';
import { idOf, newId, unixNowSeconds } from '../ledger/ids.js';

interface NewRefund {
  charge: Stripe.Charge;
  amount: number;
  metadata: Record<string, string>;
  reason: Stripe.Refund.Reason | null;
  status: 'succeeded' | 'pending';
}

export function newRefund({ charge, amount, metadata, reason, status }: NewRefund): Stripe.Refund {
  return {
    id: newId('refund'),
    object: 'refund',
    amount,
    balance_transaction: newId('balanceTransaction'),
    charge: charge.id,
    created: unixNowSeconds(),
    currency: charge.currency,
    customer: idOf(charge.customer),
    customer_account: null,
    destination_details: {
      card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
      type: 'card',
    },
    metadata,
    payment_intent: idOf(charge.payment_intent),
    payment_method: charge.payment_method,
    ...(status === 'pending' ? { pending_reason: 'processing' as const } : {}),
    reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status,
    transfer_reversal: null,
  };
}
