import type { Stripe } from 'stripe';
import { invalidRequest, noSuchObject } from '../http/api-error.js';
import { boolean, clearable, ignored, object, oneOf, required, text } from '../http/parameters.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Confirmation } from './confirmation-service.js';
import { PAYMENT_METHOD_PARAMETERS } from './payment-method-parameters.js';

export const CONFIRM_PARAMETERS = {
  ...PAYMENT_METHOD_PARAMETERS,
  error_on_requires_action: boolean(),
  off_session: boolean(),
  radar_options: ignored(),
  return_url: text(),
  use_stripe_sdk: boolean(),
};

const readAddress = object({ city: text(), country: text(), line1: text(), line2: text(), postal_code: text(), state: text() });
export const readShipping = object({
  address: required(readAddress),
  name: required(text()),
  carrier: text(),
  phone: text(),
  tracking_number: text(),
});

/** The parameters that describe an intent. An empty value removes what is set. */
export const DESCRIPTIVE_PARAMETERS = {
  description: clearable(text()),
  receipt_email: clearable(text({ maximumLength: 800 })),
  setup_future_usage: clearable(oneOf('off_session', 'on_session')),
  shipping: clearable(readShipping),
  statement_descriptor_suffix: clearable(text({ maximumLength: 22 })),
  transfer_group: text(),
};

export function requirePaymentIntent(ledger: Ledger, id: string): Stripe.PaymentIntent {
  const intent = ledger.paymentIntents.find(id);
  if (intent === undefined) throw noSuchObject('payment_intent', id, { param: 'intent' });
  return intent;
}

interface ConfirmRequest {
  return_url: string | undefined;
  off_session: boolean | undefined;
  error_on_requires_action: boolean | undefined;
  use_stripe_sdk: boolean | undefined;
}

export function toConfirmation(
  request: ConfirmRequest,
  { paymentMethod, publishable }: { paymentMethod: Stripe.PaymentMethod | undefined; publishable: boolean },
): Confirmation {
  return {
    paymentMethod,
    returnUrl: request.return_url,
    offSession: request.off_session ?? false,
    errorOnRequiresAction: request.error_on_requires_action ?? false,
    handledByStripeJs: publishable || request.use_stripe_sdk === true,
  };
}

/** Throws ApiError when a parameter is set that needs `confirm=true`. */
export function assertNoConfirmParameters(request: ConfirmRequest): void {
  for (const param of ['return_url', 'off_session', 'error_on_requires_action'] as const) {
    if (request[param] !== undefined) {
      throw invalidRequest(`The parameter \`${param}\` cannot be passed when creating a PaymentIntent unless \`confirm\` is set to true.`, {
        param,
      });
    }
  }
}

export function assertEmail(email: string | null | undefined): void {
  if (email !== null && email !== undefined && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
    throw invalidRequest(`Invalid email address: ${email}`, { code: 'email_invalid', param: 'receipt_email' });
  }
}

export function assertCardAllowed(types: string[] | undefined): void {
  if (types !== undefined && !types.includes('card')) {
    throw invalidRequest('No valid payment method types for this PaymentIntent. The sandbox supports only cards: allow `card`.', {
      code: 'payment_intent_invalid_parameter',
      param: 'allowed_payment_method_types',
    });
  }
}

/** Returns the current value when the request contains none. null removes it. */
export function changedValue<T>(requested: T | null | undefined, current: T | null): T | null {
  return requested === undefined ? current : requested;
}

type ShippingParameter = ReturnType<ReturnType<typeof clearable<NonNullable<ReturnType<typeof readShipping>>>>>;

export function toShipping(shipping: ShippingParameter): Stripe.PaymentIntent.Shipping | null {
  if (shipping === null || shipping === undefined) return null;
  return {
    address: {
      city: shipping.address.city ?? null,
      country: shipping.address.country ?? null,
      line1: shipping.address.line1 ?? null,
      line2: shipping.address.line2 ?? null,
      postal_code: shipping.address.postal_code ?? null,
      state: shipping.address.state ?? null,
    },
    carrier: shipping.carrier ?? null,
    name: shipping.name,
    phone: shipping.phone ?? null,
    tracking_number: shipping.tracking_number ?? null,
  };
}
