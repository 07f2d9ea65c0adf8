import { noSuch } from './api-error.js';
import { array, integer, range, text, type Range } from './parameters.js';
import type { Collection, Condition } from '../ledger/collection.js';

/** The parameters every Stripe list takes. */
export const listParameters = {
  limit: integer(1, 100),
  starting_after: text(),
  ending_before: text(),
  expand: array(text()),
};

export interface ListRequest {
  limit: number | undefined;
  starting_after: string | undefined;
  ending_before: string | undefined;
}

export interface StripeList<T> {
  object: 'list';
  data: T[];
  has_more: boolean;
  url: string;
}

export const createdParameter = { created: range() };

export function createdWithin(created: Range | undefined): Condition[] {
  const bounds: [sql: string, value: number | undefined][] = [
    ['created > ?', created?.gt],
    ['created >= ?', created?.gte],
    ['created < ?', created?.lt],
    ['created <= ?', created?.lte],
  ];
  return bounds.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, values: [value] }]));
}

export function equals(column: string, value: string | undefined): Condition[] {
  return value === undefined ? [] : [{ sql: `${column} = ?`, values: [value] }];
}

export function listPage<T extends { id: string; created: number }>(
  collection: Collection<T>,
  kind: string,
  url: string,
  request: ListRequest,
  conditions: Condition[],
): StripeList<T> {
  for (const cursor of ['starting_after', 'ending_before'] as const) {
    const id = request[cursor];
    if (id !== undefined && collection.find(id) === undefined) throw noSuch(kind, id, cursor, 400);
  }
  const { data, hasMore } = collection.page({
    conditions,
    limit: request.limit ?? 10,
    startingAfter: request.starting_after,
    endingBefore: request.ending_before,
  });
  return { object: 'list', data, has_more: hasMore, url };
}
