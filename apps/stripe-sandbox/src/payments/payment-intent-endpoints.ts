import type { Stripe } from 'stripe';
import { unexpectedState } from '../http/api-error.js';
import { endpoint, type Endpoint } from '../http/endpoint.js';
import { CREATED_PARAMETER, createdConditions, LIST_PARAMETERS, listPage } from '../http/pagination.js';
import { clearable, ignored, oneOf, text } from '../http/parameters.js';
import { unixNowSeconds } from '../ledger/ids.js';
import type { Ledger } from '../ledger/ledger.js';
import { assertClientSecret, toPublishableResult } from './client-secret.js';
import type { ConfirmationService } from './confirmation-service.js';
import { createPaymentIntentEndpoint } from './create-payment-intent.js';
import {
  assertEmail,
  changedValue,
  CONFIRM_PARAMETERS,
  readShipping,
  requirePaymentIntent,
  toConfirmation,
  toShipping,
} from './payment-intent-parameters.js';
import { toPublishableView } from './payment-intent.js';
import { resolvePaymentMethod } from './payment-method-parameters.js';
import { updatePaymentIntentEndpoint } from './update-payment-intent.js';

const CANCELABLE_STATUSES = ['requires_payment_method', 'requires_capture', 'requires_confirmation', 'requires_action'];

interface PaymentIntentDependencies {
  readonly ledger: Ledger;
  readonly confirmations: ConfirmationService;
}

export function paymentIntentEndpoints(dependencies: PaymentIntentDependencies): Endpoint[] {
  const { ledger, confirmations } = dependencies;
  return [
    createPaymentIntentEndpoint(ledger, confirmations),
    retrieve(dependencies),
    updatePaymentIntentEndpoint(ledger),
    confirm(dependencies),
    cancel(dependencies),
    list(dependencies),
  ];
}

function retrieve({ ledger }: PaymentIntentDependencies): Endpoint {
  return endpoint(
    'GET',
    '/v1/payment_intents/:id',
    { client_secret: text() },
    ({ id, parameters, publishable }) => {
      const intent = requirePaymentIntent(ledger, id);
      assertClientSecret(intent, { secret: parameters.client_secret, publishable });
      return publishable ? toPublishableView(intent) : intent;
    },
    { publishableKeyAllowed: true },
  );
}

function confirm({ ledger, confirmations }: PaymentIntentDependencies): Endpoint {
  const readers = {
    ...CONFIRM_PARAMETERS,
    client_secret: text(),
    receipt_email: clearable(text({ maximumLength: 800 })),
    shipping: clearable(readShipping),
    expected_payment_method_type: ignored(),
  };
  return endpoint(
    'POST',
    '/v1/payment_intents/:id/confirm',
    readers,
    ({ id, parameters, cause, publishable }) => {
      const current = requirePaymentIntent(ledger, id);
      assertClientSecret(current, { secret: parameters.client_secret, publishable });
      assertEmail(parameters.receipt_email);
      const intent: Stripe.PaymentIntent = {
        ...current,
        receipt_email: changedValue(parameters.receipt_email, current.receipt_email),
        shipping: parameters.shipping === undefined ? current.shipping : toShipping(parameters.shipping),
      };
      const paymentMethod = resolvePaymentMethod(ledger, parameters);
      const pay = () => confirmations.confirm(intent, toConfirmation(parameters, { paymentMethod, publishable }), cause);
      return publishable ? toPublishableResult(pay) : pay();
    },
    { publishableKeyAllowed: true },
  );
}

function cancel({ ledger }: PaymentIntentDependencies): Endpoint {
  const readers = { cancellation_reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer', 'abandoned') };
  return endpoint('POST', '/v1/payment_intents/:id/cancel', readers, ({ id, parameters, cause }) => {
    const intent = requirePaymentIntent(ledger, id);
    if (!CANCELABLE_STATUSES.includes(intent.status)) {
      // Stripe's message also lists `processing`, which Stripe cancels only "in rare cases". The sandbox never does.
      const listed = intent.status === 'processing' ? CANCELABLE_STATUSES : [...CANCELABLE_STATUSES, 'processing'];
      throw unexpectedState(
        `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: ${listed.join(', ')}.`,
        intent,
      );
    }
    const canceled: Stripe.PaymentIntent = {
      ...intent,
      status: 'canceled',
      canceled_at: unixNowSeconds(),
      cancellation_reason: parameters.cancellation_reason ?? null,
      next_action: null,
    };
    ledger.paymentIntents.update(canceled);
    ledger.recordEvent('payment_intent.canceled', canceled, { cause });
    return canceled;
  });
}

function list({ ledger }: PaymentIntentDependencies): Endpoint {
  const readers = { ...LIST_PARAMETERS, ...CREATED_PARAMETER, customer: ignored(), customer_account: ignored() };
  return endpoint('GET', '/v1/payment_intents', readers, ({ parameters }) =>
    listPage({
      collection: ledger.paymentIntents,
      kind: 'payment_intent',
      url: '/v1/payment_intents',
      parameters,
      conditions: createdConditions(parameters.created),
    }),
  );
}
