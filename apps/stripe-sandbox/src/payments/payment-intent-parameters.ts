import type { Stripe } from 'stripe';
import { invalidRequest } from '../http/api-error.js';
import { boolean, clearable, ignored, object, oneOf, required, text } from '../http/parameters.js';
import type { Confirmation } from './confirming.js';
import { paymentMethodParameters } from './payment-method-parameters.js';

export const confirmParameters = {
  ...paymentMethodParameters,
  error_on_requires_action: boolean(),
  off_session: boolean(),
  radar_options: ignored(),
  return_url: text(),
  use_stripe_sdk: boolean(),
};

const address = object({ city: text(), country: text(), line1: text(), line2: text(), postal_code: text(), state: text() });
export const shipping = object({
  address: required(address),
  name: required(text()),
  carrier: text(),
  phone: text(),
  tracking_number: text(),
});

/** What an intent says about itself; empty values unset. */
export const describedBy = {
  description: clearable(text()),
  receipt_email: clearable(text(800)),
  setup_future_usage: clearable(oneOf('off_session', 'on_session')),
  shipping: clearable(shipping),
  statement_descriptor_suffix: clearable(text(22)),
  transfer_group: text(),
};

interface ConfirmRequest {
  return_url: string | undefined;
  off_session: boolean | undefined;
  error_on_requires_action: boolean | undefined;
  use_stripe_sdk: boolean | undefined;
}

export function confirmation(request: ConfirmRequest, paymentMethod: Stripe.PaymentMethod | undefined, publishable: boolean): Confirmation {
  return {
    paymentMethod,
    returnUrl: request.return_url,
    offSession: request.off_session ?? false,
    errorOnRequiresAction: request.error_on_requires_action ?? false,
    handledByStripeJs: publishable || request.use_stripe_sdk === true,
  };
}

/** Some parameters only make sense together with `confirm`. */
export function refuseWithoutConfirm(request: ConfirmRequest): void {
  for (const param of ['return_url', 'off_session', 'error_on_requires_action'] as const) {
    if (request[param] !== undefined) {
      throw invalidRequest(`The parameter \`${param}\` cannot be passed when creating a PaymentIntent unless \`confirm\` is set to true.`, {
        param,
      });
    }
  }
}

export function checkEmail(email: string | null | undefined): void {
  if (email !== null && email !== undefined && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
    throw invalidRequest(`Invalid email address: ${email}`, { code: 'email_invalid', param: 'receipt_email' });
  }
}

export function checkTypes(types: string[] | undefined): void {
  if (types !== undefined && !types.includes('card')) {
    throw invalidRequest('No valid payment method types for this PaymentIntent. The sandbox only takes cards: allow `card`.', {
      code: 'payment_intent_invalid_parameter',
      param: 'allowed_payment_method_types',
    });
  }
}

/** What was given, or what there is; null unsets. */
export function chosen<T>(given: T | null | undefined, current: T | null): T | null {
  return given === undefined ? current : given;
}

type ShippingParameter = ReturnType<ReturnType<typeof clearable<NonNullable<ReturnType<typeof shipping>>>>>;

export function shipped(given: ShippingParameter): Stripe.PaymentIntent.Shipping | null {
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
