import { noSuchObject } from '../http/api-error.js';
import { endpoint, type Endpoint } from '../http/endpoint.js';
import { ignored, oneOf, required } from '../http/parameters.js';
import type { Ledger } from '../ledger/ledger.js';
import { createPaymentMethod, readCard } from './payment-method-parameters.js';

export function paymentMethodEndpoints(ledger: Ledger): Endpoint[] {
  const create = endpoint(
    'POST',
    '/v1/payment_methods',
    { type: required(oneOf('card')), card: readCard, billing_details: ignored(), metadata: ignored() },
    ({ parameters }) => createPaymentMethod(ledger, { card: parameters.card, param: 'card' }),
    { publishableKeyAllowed: true },
  );

  const retrieve = endpoint('GET', '/v1/payment_methods/:id', {}, ({ id }) => {
    const paymentMethod = ledger.paymentMethods.find(id);
    if (paymentMethod === undefined) throw noSuchObject('PaymentMethod', id, { param: 'payment_method' });
    return paymentMethod;
  });

  return [create, retrieve];
}
