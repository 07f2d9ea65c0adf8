import type { Stripe } from 'stripe';
import { ApiError, invalidRequest, noSuch, unexpectedState } from '../http/api-error.js';
import { endpoint, type Endpoint } from '../http/endpoint.js';
import { changedMetadata, metadata } from '../http/metadata.js';
import { createdParameter, createdWithin, listPage, listParameters } from '../http/pagination.js';
import { array, boolean, clearable, ignored, integer, object, oneOf, required, text } from '../http/parameters.js';
import { unixNow } from '../ledger/ids.js';
import type { Ledger } from '../ledger/ledger.js';
import { checkChargeable, supportedCurrency } from './currencies.js';
import type { Confirming } from './confirming.js';
import { newPaymentIntent, publishableView } from './payment-intent.js';
import { givenPaymentMethod, paymentMethodParameters } from './payment-method-parameters.js';

const confirmParameters = {
  ...paymentMethodParameters,
  error_on_requires_action: boolean(),
  off_session: boolean(),
  radar_options: ignored(),
  return_url: text(),
  use_stripe_sdk: boolean(),
};

const address = object({ city: text(), country: text(), line1: text(), line2: text(), postal_code: text(), state: text() });
const shipping = object({ address: required(address), name: required(text()), carrier: text(), phone: text(), tracking_number: text() });

const describedBy = {
  description: clearable(text()),
  receipt_email: clearable(text(800)),
  setup_future_usage: clearable(oneOf('off_session', 'on_session')),
  shipping: clearable(shipping),
  statement_descriptor_suffix: clearable(text(22)),
  transfer_group: text(),
};

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
        const answer = confirming.confirm(intent, confirmation(parameters, given, publishable), cause);
        return publishable ? seenWithPublishableKey(answer) : answer;
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

interface ConfirmRequest {
  return_url: string | undefined;
  off_session: boolean | undefined;
  error_on_requires_action: boolean | undefined;
  use_stripe_sdk: boolean | undefined;
}

function confirmation(request: ConfirmRequest, paymentMethod: Stripe.PaymentMethod | undefined, publishable: boolean) {
  return {
    paymentMethod,
    returnUrl: request.return_url,
    offSession: request.off_session ?? false,
    errorOnRequiresAction: request.error_on_requires_action ?? false,
    handledByStripeJs: publishable || request.use_stripe_sdk === true,
  };
}

function refuseWithoutConfirm(request: ConfirmRequest): void {
  for (const param of ['return_url', 'off_session', 'error_on_requires_action'] as const) {
    if (request[param] !== undefined) {
      throw invalidRequest(`The parameter \`${param}\` cannot be passed when creating a PaymentIntent unless \`confirm\` is set to true.`, {
        param,
      });
    }
  }
}

function checkClientSecret(intent: Stripe.PaymentIntent, secret: string | undefined, publishable: boolean): void {
  if (secret === undefined && publishable) {
    throw invalidRequest('Missing required param: client_secret.', { code: 'parameter_missing', param: 'client_secret' });
  }
  if (secret !== undefined && secret !== intent.client_secret) {
    throw invalidRequest('The client_secret provided does not match the client_secret associated with the PaymentIntent.', {
      code: 'payment_intent_invalid_parameter',
      param: 'client_secret',
    });
  }
}

function seenWithPublishableKey(answer: Stripe.PaymentIntent | ApiError): object {
  if (!(answer instanceof ApiError)) return publishableView(answer);
  const intent = answer.details.payment_intent as Stripe.PaymentIntent;
  return new ApiError(answer.status, answer.type, answer.message, { ...answer.details, payment_intent: publishableView(intent) });
}

function checkEmail(email: string | null | undefined): void {
  if (email !== null && email !== undefined && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
    throw invalidRequest(`Invalid email address: ${email}`, { code: 'email_invalid', param: 'receipt_email' });
  }
}

function checkTypes(types: string[] | undefined): void {
  if (types !== undefined && !types.includes('card')) {
    throw invalidRequest('No valid payment method types for this PaymentIntent. The sandbox only takes cards: allow `card`.', {
      code: 'payment_intent_invalid_parameter',
      param: 'allowed_payment_method_types',
    });
  }
}

function notUpdatable(intent: Stripe.PaymentIntent, field: string): ApiError {
  return unexpectedState(
    `This PaymentIntent's ${field} could not be updated because it has a status of ${intent.status}. You may only update the ${field} of a PaymentIntent with one of the following statuses: requires_payment_method, requires_confirmation, requires_action.`,
    intent,
  );
}

function chosen<T>(given: T | null | undefined, current: T | null): T | null {
  return given === undefined ? current : given;
}

type ShippingParameter = ReturnType<ReturnType<typeof clearable<NonNullable<ReturnType<typeof shipping>>>>>;

function shipped(given: ShippingParameter): Stripe.PaymentIntent.Shipping | null {
  if (given === null || given === undefined) return null;
  return {
    address: {
      city: given.address.city ?? null,
      country: given.address.country ?? null,
      line1: given.address.line1 ?? null,
      line2: given.address.line2 ?? null,
      postal_code: given.address.postal_code ?? null,
      state: given.address.state ?? null,
    },
    carrier: given.carrier ?? null,
    name: given.name,
    phone: given.phone ?? null,
    tracking_number: given.tracking_number ?? null,
  };
}
