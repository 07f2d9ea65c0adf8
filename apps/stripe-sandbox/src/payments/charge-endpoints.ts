import { noSuchObject } from '../http/api-error.js';
import { endpoint, type Endpoint } from '../http/endpoint.js';
import { CREATED_PARAMETER, createdConditions, equalsCondition, listPage, LIST_PARAMETERS } from '../http/pagination.js';
import { ignored, text } from '../http/parameters.js';
import type { Ledger } from '../ledger/ledger.js';

export function chargeEndpoints(ledger: Ledger): Endpoint[] {
  const retrieve = endpoint('GET', '/v1/charges/:id', {}, ({ id }) => {
    const charge = ledger.charges.find(id);
    if (charge === undefined) throw noSuchObject('charge', id, { param: 'id' });
    return charge;
  });

  const readers = { ...LIST_PARAMETERS, ...CREATED_PARAMETER, payment_intent: text(), customer: ignored() };
  const list = endpoint('GET', '/v1/charges', readers, ({ parameters }) =>
    listPage({
      collection: ledger.charges,
      kind: 'charge',
      url: '/v1/charges',
      parameters,
      conditions: [...createdConditions(parameters.created), ...equalsCondition('payment_intent', parameters.payment_intent)],
    }),
  );

  return [retrieve, list];
}
