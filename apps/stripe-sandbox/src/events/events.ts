import { noSuch } from '../http/api-error.js';
import { endpoint, type Endpoint } from '../http/endpoint.js';
import { createdParameter, createdWithin, listPage, listParameters } from '../http/pagination.js';
import { array, boolean, text } from '../http/parameters.js';
import { invalidRequest } from '../http/api-error.js';
import type { Condition } from '../ledger/collection.js';
import type { Ledger } from '../ledger/ledger.js';

export function eventEndpoints(ledger: Ledger): Endpoint[] {
  const retrieve = endpoint('GET', '/v1/events/:id', {}, ({ id }) => {
    const event = ledger.events.find(id);
    if (event === undefined) throw noSuch('event', id, 'id');
    return event;
  });

  const readers = { ...listParameters, ...createdParameter, delivery_success: boolean(), type: text(), types: array(text(), 20) };
  const list = endpoint('GET', '/v1/events', readers, ({ parameters }) => {
    if (parameters.type !== undefined && parameters.types !== undefined) {
      throw invalidRequest('You may only specify one of these parameters: type, types.', { code: 'parameters_exclusive' });
    }
    return listPage(ledger.events, 'event', '/v1/events', parameters, [
      ...createdWithin(parameters.created),
      ...ofTypes(parameters.types ?? (parameters.type === undefined ? [] : [parameters.type])),
      ...(parameters.delivery_success === undefined
        ? []
        : [{ sql: parameters.delivery_success ? 'pending = 0' : 'pending > 0', values: [] }]),
    ]);
  });

  return [retrieve, list];
}

/** `charge.*` stands for every event of that family. */
function ofTypes(types: string[]): Condition[] {
  if (types.length === 0) return [];
  const conditions = types.map((type) =>
    type.endsWith('*') ? { sql: 'type GLOB ?', value: type.replace(/[[\]?]/g, '') } : { sql: 'type = ?', value: type },
  );
  return [{ sql: `(${conditions.map(({ sql }) => sql).join(' OR ')})`, values: conditions.map(({ value }) => value) }];
}
