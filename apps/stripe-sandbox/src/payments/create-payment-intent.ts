import { noSuchObject } from '../http/api-error.js';
import { endpoint, type Endpoint } from '../http/endpoint.js';
import { applyMetadataChange, metadata } from '../http/metadata.js';
import { array, boolean, integer, object, oneOf, required, text } from '../http/parameters.js';
import type { Ledger } from '../ledger/ledger.js';
import type { ConfirmationService } from './confirmation-service.js';
import { assertChargeable, parseCurrency } from './currencies.js';
import {
  assertCardAllowed,
  assertEmail,
  assertNoConfirmParameters,
  CONFIRM_PARAMETERS,
  DESCRIPTIVE_PARAMETERS,
  toConfirmation,
  toShipping,
} from './payment-intent-parameters.js';
import { newPaymentIntent } from './payment-intent.js';
import { resolvePaymentMethod } from './payment-method-parameters.js';

export function createPaymentIntentEndpoint(ledger: Ledger, confirmations: ConfirmationService): Endpoint {
  const readers = {
    ...CONFIRM_PARAMETERS,
    ...DESCRIPTIVE_PARAMETERS,
    amount: required(integer({ minimum: 1 })),
    currency: required(text()),
    allowed_payment_method_types: array(text()),
    automatic_payment_methods: object({ enabled: required(boolean()), allow_redirects: oneOf('always', 'never') }),
    capture_method: oneOf('automatic', 'automatic_async'),
    confirm: boolean(),
    confirmation_method: oneOf('automatic', 'manual'),
    customer: text(),
    metadata: metadata(),
  };
  return endpoint('POST', '/v1/payment_intents', readers, ({ parameters, cause }) => {
    const currency = parseCurrency(parameters.currency);
    assertChargeable(parameters.amount, currency);
    assertEmail(parameters.receipt_email);
    assertCardAllowed(parameters.allowed_payment_method_types);
    if (parameters.customer !== undefined) throw noSuchObject('customer', parameters.customer, { param: 'customer', status: 400 });
    if (parameters.confirm !== true) assertNoConfirmParameters(parameters);
    const paymentMethod = resolvePaymentMethod(ledger, parameters);
    const automatic = parameters.automatic_payment_methods ?? { enabled: true, allow_redirects: 'always' };
    const intent = newPaymentIntent({
      amount: parameters.amount,
      currency,
      allowedPaymentMethodTypes: parameters.allowed_payment_method_types ?? null,
      automaticPaymentMethods: { allow_redirects: automatic.allow_redirects ?? 'always', enabled: automatic.enabled },
      captureMethod: parameters.capture_method ?? 'automatic_async',
      confirmationMethod: parameters.confirmation_method ?? 'automatic',
      customer: null,
      description: parameters.description ?? null,
      metadata: applyMetadataChange({}, parameters.metadata),
      paymentMethod: paymentMethod?.id ?? null,
      receiptEmail: parameters.receipt_email ?? null,
      setupFutureUsage: parameters.setup_future_usage ?? null,
      shipping: toShipping(parameters.shipping),
      statementDescriptor: null,
      statementDescriptorSuffix: parameters.statement_descriptor_suffix ?? null,
      transferGroup: parameters.transfer_group ?? null,
    });
    ledger.paymentIntents.add(intent);
    ledger.recordEvent('payment_intent.created', intent, { cause });
    if (parameters.confirm !== true) return intent;
    return confirmations.confirm(intent, toConfirmation(parameters, { paymentMethod, publishable: false }), cause);
  });
}
