/** Lists by keyset: a page, and an opaque cursor to the next one. Stable while rows are inserted. */
import { isUuid } from '@app/kernel/id.js';

/** The cursor was not made by this list. The answer is 400 with the parameter `cursor`. */
export class InvalidCursor extends Error {}

export interface Page<Item> {
  data: Item[];
  page: { nextCursor: string | null };
}

/** A page before its rows are made items. */
export interface KeysetRows<Row> {
  readonly rows: Row[];
  readonly nextCursor: string | null;
}

/** Before every day: PostgreSQL's order of what has no date. */
export const NO_DATE = '-infinity';

type KeyType = 'uuid' | 'text' | 'date' | 'timestamptz';

/** One column of the order. `column` is SQL; `property` is its name in a row, which is the name of the selected column in camelCase. */
export interface SortColumn<Row> {
  readonly column: string;
  readonly property: keyof Row & string;
  readonly type: KeyType;
}

/** `column` is SQL. */
export type AnyOf = readonly [column: string, values: readonly unknown[] | undefined];

export interface KeysetList<Row, Item> {
  /** `SELECT … FROM …`, without WHERE. It selects every column of `sort`. */
  readonly select: string;
  /** Conditions joined by AND. Each `?` takes the next value; a condition with an undefined value is left out. */
  readonly filters: readonly (readonly [condition: string, ...values: unknown[]])[];
  /**
   * Columns that have any of several values; one without values is left out. Of the first column with more than one, each value is read by itself
   * in the order of the list and the pages are merged: an index that begins with the column gives that order for one value only.
   */
  readonly anyOf?: readonly AnyOf[];
  /** Unique together: end with the primary key. */
  readonly sort: readonly SortColumn<Row>[];
  readonly direction: 'asc' | 'desc';
  /** Items on a page. */
  readonly limit: number;
  /** Of the page before. */
  readonly cursor: string | undefined;
  readonly view: (row: Row) => Item;
}

/** As much of the database as a list needs. */
interface Statements {
  query<Row extends object>(sql: string, parameters: readonly unknown[]): Promise<Row[]>;
}

/** For a hot list: PostgreSQL parses and plans each of its texts once a connection. A list has one text for each set of filters. */
export function preparedStatements(database: { prepared: Statements['query'] }): Statements {
  return { query: (sql, parameters) => database.prepared(sql, parameters) };
}

/** Reads one page. `view` turns a row into an item. Throws `InvalidCursor`. */
export async function keyset<Row extends object, Item>(database: Statements, list: KeysetList<Row, Item>): Promise<Page<Item>> {
  const { rows, nextCursor } = await keysetRows(database, list);
  return { data: rows.map(list.view), page: { nextCursor } };
}

/** As `keyset`, for a list whose items are made of all rows together. Throws `InvalidCursor`. */
export async function keysetRows<Row extends object>(
  database: Statements,
  { select, filters, anyOf = [], sort, direction, limit, cursor }: Omit<KeysetList<Row, never>, 'view'>,
): Promise<KeysetRows<Row>> {
  const parameters: unknown[] = [];
  const bind = (condition: string, values: readonly unknown[]): string => {
    let next = 0;
    return condition.replaceAll('?', () => `$${parameters.push(values[next++])}`);
  };
  const conditions = filters
    .filter(([, ...values]) => !values.includes(undefined))
    .map(([condition, ...values]) => bind(condition, values));
  const key = readCursor(cursor, sort);
  const columns = sort.map(({ column }) => column);
  if (key !== null) {
    const position = sort.map(({ type }) => `?::${type}`).join(', ');
    conditions.push(bind(`(${columns.join(', ')}) ${direction === 'asc' ? '>' : '<'} (${position})`, key));
  }
  const given = anyOf.flatMap(([column, values]) => (values === undefined ? [] : [{ column, values: [...new Set(values)] }]));
  const split = given.find(({ values }) => values.length > 1);
  for (const { column, values } of given)
    if (values.length === 1) conditions.push(bind(`${column} = ?`, values));
    else if (column !== split?.column) conditions.push(bind(`${column} = ANY (?)`, [values]));
  const inOrder = (names: readonly string[]) => `ORDER BY ${names.map((name) => `${name} ${direction.toUpperCase()}`).join(', ')}`;
  // One row more than shown tells whether there is a next page.
  const end = `LIMIT ${bind('?', [limit + 1])}`;
  const read = (all: readonly string[]): string =>
    `${select} ${all.length === 0 ? '' : `WHERE ${all.join(' AND ')}`} ${inOrder(columns)} ${end}`;
  const parts = split?.values.map((value) => `(${read([...conditions, bind(`${split.column} = ?`, [value])])})`);
  const merged = inOrder(sort.map(({ property }) => property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)));
  const statement = parts === undefined ? read(conditions) : `SELECT * FROM (${parts.join(' UNION ALL ')}) merged ${merged} ${end}`;
  return pageOf(await database.query<Row>(statement, parameters), { sort, limit });
}

/** The page of `limit` rows, or fewer, where `found` has one row more if there is a next page. */
export function pageOf<Row>(found: readonly Row[], { sort, limit }: Pick<KeysetList<Row, never>, 'sort' | 'limit'>): KeysetRows<Row> {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return { rows, nextCursor: found.length > limit && last !== undefined ? cursorOf(last, sort) : null };
}

function cursorOf<Row>(row: Row, sort: readonly SortColumn<Row>[]): string {
  const key = sort.map(({ property }) => (row[property] instanceof Date ? row[property].toISOString() : row[property]));
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

function readCursor<Row>(cursor: string | undefined, sort: readonly SortColumn<Row>[]): readonly string[] | null {
  if (cursor === undefined) return null;
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const isOurs = Array.isArray(key) && key.length === sort.length && sort.every(({ type }, i) => isOfType(type, key[i]));
    if (isOurs) return key as string[];
  } catch {
    // Not JSON: another list or another program made it.
  }
  throw new InvalidCursor();
}

function isOfType(type: KeyType, part: unknown): boolean {
  if (typeof part !== 'string') return false;
  if (type === 'uuid') return isUuid(part);
  if (type === 'date') return part === NO_DATE || (/^\d{4}-\d{2}-\d{2}$/.test(part) && isInstant(`${part}T00:00:00.000Z`));
  return type === 'timestamptz' ? isInstant(part) : !part.includes('\0') && part.isWellFormed();
}

/** As `toISOString` writes it, in a year that PostgreSQL knows: JavaScript also reads 30 February and the year 0. */
function isInstant(part: string): boolean {
  return /^(?!0000)\d{4}-/.test(part) && !Number.isNaN(Date.parse(part)) && new Date(part).toISOString() === part;
}
