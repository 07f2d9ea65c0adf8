import type { Collection, Condition } from '../ledger/collection.js';
import { noSuchObject } from './api-error.js';
import { array, integer, range, text, type Range } from './parameters.js';

/** The parameters of every Stripe list. */
export const LIST_PARAMETERS = {
  limit: integer({ minimum: 1, maximum: 100 }),
  starting_after: text(),
  ending_before: text(),
  expand: array(text()),
};

export const CREATED_PARAMETER = { created: range() };

interface ListParameters {
  limit: number | undefined;
  starting_after: string | undefined;
  ending_before: string | undefined;
}

interface StripeList<T> {
  object: 'list';
  data: T[];
  has_more: boolean;
  url: string;
}

export function createdConditions(created: Range | undefined): Condition[] {
  const bounds: [sql: string, value: number | undefined][] = [
    ['created > ?', created?.gt],
    ['created >= ?', created?.gte],
    ['created < ?', created?.lt],
    ['created <= ?', created?.lte],
  ];
  return bounds.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, values: [value] }]));
}

/** Returns no condition when the value is undefined. */
export function equalsCondition(column: string, value: string | undefined): Condition[] {
  return value === undefined ? [] : [{ sql: `${column} = ?`, values: [value] }];
}

interface ListRequest<T extends { id: string; created: number }> {
  collection: Collection<T>;
  /** The name of the object in Stripe's error message. */
  kind: string;
  url: string;
  parameters: ListParameters;
  conditions: Condition[];
}

export function listPage<T extends { id: string; created: number }>(request: ListRequest<T>): StripeList<T> {
  const { collection, kind, url, parameters, conditions } = request;
  for (const cursor of ['starting_after', 'ending_before'] as const) {
    const id = parameters[cursor];
    if (id !== undefined && collection.find(id) === undefined) throw noSuchObject(kind, id, { param: cursor, status: 400 });
  }
  const { data, hasMore } = collection.findPage({
    conditions,
    limit: parameters.limit ?? 10,
    startingAfter: parameters.starting_after,
    endingBefore: parameters.ending_before,
  });
  return { object: 'list', data, has_more: hasMore, url };
}
