import type { Stripe } from 'stripe';
import { ApiError, invalidRequest, noSuchObject } from '../http/api-error.js';
import { ignored, integer, object, oneOf, required, text } from '../http/parameters.js';
import type { Ledger } from '../ledger/ledger.js';
import { findCardByName, findCardByNumber } from './cards.js';
import { newPaymentMethod } from './payment-method.js';

export const readCard = object({
  number: required(text()),
  exp_month: required(integer({ minimum: 1, maximum: 12 })),
  exp_year: required(integer()),
  cvc: text(),
  networks: ignored(),
});

/** The parameters that name a payment method. */
export const PAYMENT_METHOD_PARAMETERS = {
  payment_method: text(),
  payment_method_data: object({
    type: required(oneOf('card')),
    card: readCard,
    billing_details: ignored(),
    allow_redisplay: ignored(),
    metadata: ignored(),
    radar_options: ignored(),
  }),
};

interface CardInput {
  number: string;
  exp_month: number;
  exp_year: number;
}

interface PaymentMethodRequest {
  payment_method: string | undefined;
  payment_method_data: { card: CardInput | undefined } | undefined;
}

/** Each use of a test name (`pm_card_visa`) creates a payment method, as at Stripe. */
export function resolvePaymentMethod(ledger: Ledger, request: PaymentMethodRequest): Stripe.PaymentMethod | undefined {
  if (request.payment_method_data !== undefined)
    return createPaymentMethod(ledger, { card: request.payment_method_data.card, param: 'payment_method_data[card]' });
  const name = request.payment_method;
  if (name === undefined) return undefined;
  const known = ledger.paymentMethods.find(name);
  if (known !== undefined) return known;
  const card = findCardByName(name);
  if (card === undefined) throw noSuchObject('PaymentMethod', name, { param: 'payment_method', status: 400 });
  const paymentMethod = newPaymentMethod(card);
  ledger.paymentMethods.add(paymentMethod);
  return paymentMethod;
}

/** Throws ApiError when the number is not the number of a test card. */
export function createPaymentMethod(
  ledger: Ledger,
  { card: cardInput, param }: { card: CardInput | undefined; param: string },
): Stripe.PaymentMethod {
  if (cardInput === undefined) throw invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
  const card = findCardByNumber(cardInput.number);
  if (card === undefined) {
    throw new ApiError(402, 'card_error', 'Your card number is incorrect.', { code: 'incorrect_number', param: 'number' });
  }
  const paymentMethod = newPaymentMethod(card, { month: cardInput.exp_month, year: cardInput.exp_year });
  ledger.paymentMethods.add(paymentMethod);
  return paymentMethod;
}
