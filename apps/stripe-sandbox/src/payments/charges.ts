import { noSuch } from '../http/api-error.js';
import { endpoint, type Endpoint } from '../http/endpoint.js';
import { createdParameter, createdWithin, equals, listPage, listParameters } from '../http/pagination.js';
import { ignored, text } from '../http/parameters.js';
import type { Ledger } from '../ledger/ledger.js';

export function chargeEndpoints(ledger: Ledger): Endpoint[] {
  const retrieve = endpoint('GET', '/v1/charges/:id', {}, ({ id }) => {
    const charge = ledger.charges.find(id);
    if (charge === undefined) throw noSuch('charge', id, 'id');
    return charge;
  });

  const readers = { ...listParameters, ...createdParameter, payment_intent: text(), customer: ignored() };
  const list = endpoint('GET', '/v1/charges', readers, ({ parameters }) =>
    listPage(ledger.charges, 'charge', '/v1/charges', parameters, [
      ...createdWithin(parameters.created),
      ...equals('payment_intent', parameters.payment_intent),
    ]),
  );

  return [retrieve, list];
}
