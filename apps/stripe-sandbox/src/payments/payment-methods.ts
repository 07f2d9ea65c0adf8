import { noSuch } from '../http/api-error.js';
import { endpoint, type Endpoint } from '../http/endpoint.js';
import { ignored, oneOf, required } from '../http/parameters.js';
import type { Ledger } from '../ledger/ledger.js';
import { cardParameter, typedCard } from './payment-method-parameters.js';

export function paymentMethodEndpoints(ledger: Ledger): Endpoint[] {
  const create = endpoint(
    'POST',
    '/v1/payment_methods',
    { type: required(oneOf('card')), card: cardParameter, billing_details: ignored(), metadata: ignored() },
    ({ parameters }) => typedCard(ledger, parameters.card, 'card'),
    { publishableKeyAllowed: true },
  );

  const retrieve = endpoint('GET', '/v1/payment_methods/:id', {}, ({ id }) => {
    const paymentMethod = ledger.paymentMethods.find(id);
    if (paymentMethod === undefined) throw noSuch('PaymentMethod', id, 'payment_method');
    return paymentMethod;
  });

  return [create, retrieve];
}
