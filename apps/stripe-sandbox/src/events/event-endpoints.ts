import { invalidRequest, noSuchObject } from '../http/api-error.js';
import { endpoint, type Endpoint } from '../http/endpoint.js';
import { CREATED_PARAMETER, createdConditions, listPage, LIST_PARAMETERS } from '../http/pagination.js';
import { array, boolean, text } from '../http/parameters.js';
import type { Condition } from '../ledger/collection.js';
import type { Ledger } from '../ledger/ledger.js';

export function eventEndpoints(ledger: Ledger): Endpoint[] {
  const retrieve = endpoint('GET', '/v1/events/:id', {}, ({ id }) => {
    const event = ledger.events.find(id);
    if (event === undefined) throw noSuchObject('event', id, { param: 'id' });
    return event;
  });

  const readers = {
    ...LIST_PARAMETERS,
    ...CREATED_PARAMETER,
    delivery_success: boolean(),
    type: text(),
    types: array(text(), { maximumItems: 20 }),
  };
  const list = endpoint('GET', '/v1/events', readers, ({ parameters }) => {
    if (parameters.type !== undefined && parameters.types !== undefined) {
      throw invalidRequest('You may only specify one of these parameters: type, types.', { code: 'parameters_exclusive' });
    }
    return listPage({
      collection: ledger.events,
      kind: 'event',
      url: '/v1/events',
      parameters,
      conditions: [
        ...createdConditions(parameters.created),
        ...typeConditions(parameters.types ?? (parameters.type === undefined ? [] : [parameters.type])),
        ...(parameters.delivery_success === undefined
          ? []
          : [{ sql: parameters.delivery_success ? 'pending = 0' : 'pending > 0', values: [] }]),
      ],
    });
  });

  return [retrieve, list];
}

/** `charge.*` matches all events about charges. */
function typeConditions(types: string[]): Condition[] {
  if (types.length === 0) return [];
  const conditions = types.map((type) =>
    type.endsWith('*') ? { sql: 'type GLOB ?', value: type.replace(/[[\]?]/g, '') } : { sql: 'type = ?', value: type },
  );
  return [{ sql: `(${conditions.map(({ sql }) => sql).join(' OR ')})`, values: conditions.map(({ value }) => value) }];
}
