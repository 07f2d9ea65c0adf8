import type { Stripe } from 'stripe';
import { noSuch, unexpectedState, type ApiError } from '../http/api-error.js';
import { endpoint, type Endpoint } from '../http/endpoint.js';
import { changedMetadata, metadata } from '../http/metadata.js';
import { createdParameter, createdWithin, listPage, listParameters } from '../http/pagination.js';
import { array, boolean, clearable, ignored, integer, object, oneOf, required, text } from '../http/parameters.js';
import { unixNow } from '../ledger/ids.js';
import type { Ledger } from '../ledger/ledger.js';
import { checkClientSecret, seenWithPublishableKey } from './client-secret.js';
import { checkChargeable, supportedCurrency } from './currencies.js';
import type { Confirming } from './confirming.js';
import { newPaymentIntent, publishableView } from './payment-intent.js';
import {
  checkEmail,
  checkTypes,
  chosen,
  confirmation,
  confirmParameters,
  describedBy,
  refuseWithoutConfirm,
  shipped,
  shipping,
} from './payment-intent-parameters.js';
import { givenPaymentMethod, paymentMethodParameters } from './payment-method-parameters.js';

export function paymentIntentEndpoints(ledger: Ledger, confirming: Confirming): Endpoint[] {
  function existing(id: string): Stripe.PaymentIntent {
    const intent = ledger.paymentIntents.find(id);
    if (intent === undefined) throw noSuch('payment_intent', id, 'intent');
    return intent;
  }

  function create(): Endpoint {
    const readers = {
      ...confirmParameters,
      ...describedBy,
      amount: required(integer(1)),
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
      const currency = supportedCurrency(parameters.currency);
      checkChargeable(parameters.amount, currency);
      checkEmail(parameters.receipt_email);
      checkTypes(parameters.allowed_payment_method_types);
      if (parameters.customer !== undefined) throw noSuch('customer', parameters.customer, 'customer', 400);
      if (parameters.confirm !== true) refuseWithoutConfirm(parameters);
      const paymentMethod = givenPaymentMethod(ledger, parameters);
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
        metadata: changedMetadata({}, parameters.metadata),
        paymentMethod: paymentMethod?.id ?? null,
        receiptEmail: parameters.receipt_email ?? null,
        setupFutureUsage: parameters.setup_future_usage ?? null,
        shipping: shipped(parameters.shipping),
        statementDescriptor: null,
        statementDescriptorSuffix: parameters.statement_descriptor_suffix ?? null,
        transferGroup: parameters.transfer_group ?? null,
      });
      ledger.paymentIntents.add(intent);
      ledger.record('payment_intent.created', intent, cause);
      if (parameters.confirm !== true) return intent;
      return confirming.confirm(intent, confirmation(parameters, paymentMethod, false), cause);
    });
  }

  function retrieve(): Endpoint {
    return endpoint(
      'GET',
      '/v1/payment_intents/:id',
      { client_secret: text() },
      ({ id, parameters, publishable }) => {
        const intent = existing(id);
        checkClientSecret(intent, parameters.client_secret, publishable);
        return publishable ? publishableView(intent) : intent;
      },
      { publishableKeyAllowed: true },
    );
  }

  function update(): Endpoint {
    const readers = { ...paymentMethodParameters, ...describedBy, amount: integer(1), currency: text(), metadata: metadata() };
    return endpoint('POST', '/v1/payment_intents/:id', readers, ({ id, parameters }) => {
      const intent = existing(id);
      const settled = intent.status === 'succeeded' || intent.status === 'canceled' || intent.status === 'processing';
      for (const field of [
        'amount',
        'currency',
        'payment_method',
        'payment_method_data',
        'setup_future_usage',
        'transfer_group',
      ] as const) {
        if (settled && parameters[field] !== undefined) throw notUpdatable(intent, field);
      }
      checkEmail(parameters.receipt_email);
      const amount = parameters.amount ?? intent.amount;
      const currency = parameters.currency === undefined ? intent.currency : supportedCurrency(parameters.currency);
      if (!settled) checkChargeable(amount, currency);
      const paymentMethod = givenPaymentMethod(ledger, parameters);
      const reconfirm = paymentMethod !== undefined || (amount !== intent.amount && intent.status === 'requires_action');
      const updated: Stripe.PaymentIntent = {
        ...intent,
        amount,
        currency,
        ...(paymentMethod === undefined ? {} : { payment_method: paymentMethod.id }),
        ...(reconfirm ? { status: 'requires_confirmation' as const, next_action: null } : {}),
        description: chosen(parameters.description, intent.description),
        metadata: changedMetadata(intent.metadata, parameters.metadata),
        receipt_email: chosen(parameters.receipt_email, intent.receipt_email),
        setup_future_usage: chosen(parameters.setup_future_usage, intent.setup_future_usage),
        shipping: parameters.shipping === undefined ? intent.shipping : shipped(parameters.shipping),
        statement_descriptor_suffix: chosen(parameters.statement_descriptor_suffix, intent.statement_descriptor_suffix),
        transfer_group: parameters.transfer_group ?? intent.transfer_group,
      };
      ledger.paymentIntents.change(updated);
      return updated;
    });
  }

  function confirm(): Endpoint {
    const readers = {
      ...confirmParameters,
      client_secret: text(),
      receipt_email: clearable(text(800)),
      shipping: clearable(shipping),
      expected_payment_method_type: ignored(),
    };
    return endpoint(
      'POST',
      '/v1/payment_intents/:id/confirm',
      readers,
      ({ id, parameters, cause, publishable }) => {
        const found = existing(id);
        checkClientSecret(found, parameters.client_secret, publishable);
        checkEmail(parameters.receipt_email);
        const intent: Stripe.PaymentIntent = {
          ...found,
          receipt_email: chosen(parameters.receipt_email, found.receipt_email),
          shipping: parameters.shipping === undefined ? found.shipping : shipped(parameters.shipping),
        };
        const given = givenPaymentMethod(ledger, parameters);
        const pay = () => confirming.confirm(intent, confirmation(parameters, given, publishable), cause);
        return publishable ? seenWithPublishableKey(pay) : pay();
      },
      { publishableKeyAllowed: true },
    );
  }

  function cancel(): Endpoint {
    const readers = { cancellation_reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer', 'abandoned') };
    return endpoint('POST', '/v1/payment_intents/:id/cancel', readers, ({ id, parameters, cause }) => {
      const intent = existing(id);
      const cancelable = ['requires_payment_method', 'requires_capture', 'requires_confirmation', 'requires_action'];
      if (!cancelable.includes(intent.status)) {
        // Stripe names `processing` too, though it cancels one only "in rare cases"; here a processing card payment stays.
        const named = intent.status === 'processing' ? cancelable : [...cancelable, 'processing'];
        throw unexpectedState(
          `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: ${named.join(', ')}.`,
          intent,
        );
      }
      const canceled: Stripe.PaymentIntent = {
        ...intent,
        status: 'canceled',
        canceled_at: unixNow(),
        cancellation_reason: parameters.cancellation_reason ?? null,
        next_action: null,
      };
      ledger.paymentIntents.change(canceled);
      ledger.record('payment_intent.canceled', canceled, cause);
      return canceled;
    });
  }

  function list(): Endpoint {
    const readers = { ...listParameters, ...createdParameter, customer: ignored(), customer_account: ignored() };
    return endpoint('GET', '/v1/payment_intents', readers, ({ parameters }) =>
      listPage(ledger.paymentIntents, 'payment_intent', '/v1/payment_intents', parameters, createdWithin(parameters.created)),
    );
  }

  return [create(), retrieve(), update(), confirm(), cancel(), list()];
}

function notUpdatable(intent: Stripe.PaymentIntent, field: string): ApiError {
  return unexpectedState(
    `This PaymentIntent's ${field} could not be updated because it has a status of ${intent.status}. You may only update the ${field} of a PaymentIntent with one of the following statuses: requires_payment_method, requires_confirmation, requires_action.`,
    intent,
  );
}
