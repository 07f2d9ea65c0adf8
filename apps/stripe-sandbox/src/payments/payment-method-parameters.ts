import type { Stripe } from 'stripe';
import { ApiError, invalidRequest, noSuch } from '../http/api-error.js';
import { ignored, integer, object, oneOf, required, text } from '../http/parameters.js';
import type { Ledger } from '../ledger/ledger.js';
import { cardNamed, cardNumbered } from './cards.js';
import { newPaymentMethod } from './payment-method.js';

export const cardParameter = object({
  number: required(text()),
  exp_month: required(integer(1, 12)),
  exp_year: required(integer()),
  cvc: text(),
  networks: ignored(),
});

/** How a request may say what to pay with. */
export const paymentMethodParameters = {
  payment_method: text(),
  payment_method_data: object({
    type: required(oneOf('card')),
    card: cardParameter,
    billing_details: ignored(),
    allow_redisplay: ignored(),
    metadata: ignored(),
    radar_options: ignored(),
  }),
};

interface Given {
  payment_method: string | undefined;
  payment_method_data: { card: { number: string; exp_month: number; exp_year: number } | undefined } | undefined;
}

/** The payment method a request names; each use of a test name is a card of its own, as at Stripe. */
export function givenPaymentMethod(ledger: Ledger, given: Given): Stripe.PaymentMethod | undefined {
  if (given.payment_method_data !== undefined) return typedCard(ledger, given.payment_method_data.card, 'payment_method_data[card]');
  const name = given.payment_method;
  if (name === undefined) return undefined;
  const known = ledger.paymentMethods.find(name);
  if (known !== undefined) return known;
  const card = cardNamed(name);
  if (card === undefined) throw noSuch('PaymentMethod', name, 'payment_method', 400);
  const paymentMethod = newPaymentMethod(card);
  ledger.paymentMethods.add(paymentMethod);
  return paymentMethod;
}

/** A card by its number, of which only the test numbers exist. */
export function typedCard(
  ledger: Ledger,
  given: { number: string; exp_month: number; exp_year: number } | undefined,
  param: string,
): Stripe.PaymentMethod {
  if (given === undefined) throw invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
  const card = cardNumbered(given.number);
  if (card === undefined) {
    throw new ApiError(402, 'card_error', 'Your card number is incorrect.', { code: 'incorrect_number', param: 'number' });
  }
  const paymentMethod = newPaymentMethod(card, { month: given.exp_month, year: given.exp_year });
  ledger.paymentMethods.add(paymentMethod);
  return paymentMethod;
}
