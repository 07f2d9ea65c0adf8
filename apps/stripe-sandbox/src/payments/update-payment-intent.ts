import type { Stripe } from 'stripe';
import { unexpectedState, type ApiError } from '../http/api-error.js';
import { endpoint, type Endpoint } from '../http/endpoint.js';
import { applyMetadataChange, metadata } from '../http/metadata.js';
import { integer, text } from '../http/parameters.js';
import type { Ledger } from '../ledger/ledger.js';
import { assertChargeable, parseCurrency } from './currencies.js';
import { assertEmail, changedValue, DESCRIPTIVE_PARAMETERS, requirePaymentIntent, toShipping } from './payment-intent-parameters.js';
import { PAYMENT_METHOD_PARAMETERS, resolvePaymentMethod } from './payment-method-parameters.js';

const FIXED_STATUSES = ['succeeded', 'canceled', 'processing'];
/** These cannot change any more in a fixed status. */
const PAYMENT_FIELDS = ['amount', 'currency', 'payment_method', 'payment_method_data', 'setup_future_usage', 'transfer_group'] as const;

export function updatePaymentIntentEndpoint(ledger: Ledger): Endpoint {
  const readers = {
    ...PAYMENT_METHOD_PARAMETERS,
    ...DESCRIPTIVE_PARAMETERS,
    amount: integer({ minimum: 1 }),
    currency: text(),
    metadata: metadata(),
  };
  return endpoint('POST', '/v1/payment_intents/:id', readers, ({ id, parameters }) => {
    const intent = requirePaymentIntent(ledger, id);
    const isFixed = FIXED_STATUSES.includes(intent.status);
    for (const field of PAYMENT_FIELDS) {
      if (isFixed && parameters[field] !== undefined) throw fieldNotUpdatable(intent, field);
    }
    assertEmail(parameters.receipt_email);
    const amount = parameters.amount ?? intent.amount;
    const currency = parameters.currency === undefined ? intent.currency : parseCurrency(parameters.currency);
    if (!isFixed) assertChargeable(amount, currency);
    const paymentMethod = resolvePaymentMethod(ledger, parameters);
    const needsConfirmation = paymentMethod !== undefined || (amount !== intent.amount && intent.status === 'requires_action');
    const updated: Stripe.PaymentIntent = {
      ...intent,
      amount,
      currency,
      ...(paymentMethod === undefined ? {} : { payment_method: paymentMethod.id }),
      ...(needsConfirmation ? { status: 'requires_confirmation' as const, next_action: null } : {}),
      description: changedValue(parameters.description, intent.description),
      metadata: applyMetadataChange(intent.metadata, parameters.metadata),
      receipt_email: changedValue(parameters.receipt_email, intent.receipt_email),
      setup_future_usage: changedValue(parameters.setup_future_usage, intent.setup_future_usage),
      shipping: parameters.shipping === undefined ? intent.shipping : toShipping(parameters.shipping),
      statement_descriptor_suffix: changedValue(parameters.statement_descriptor_suffix, intent.statement_descriptor_suffix),
      transfer_group: parameters.transfer_group ?? intent.transfer_group,
    };
    ledger.paymentIntents.update(updated);
    return updated;
  });
}

function fieldNotUpdatable(intent: Stripe.PaymentIntent, field: string): ApiError {
  return unexpectedState(
    `This PaymentIntent's ${field} could not be updated because it has a status of ${intent.status}. You may only update the ${field} of a PaymentIntent with one of the following statuses: requires_payment_method, requires_confirmation, requires_action.`,
    intent,
  );
}
