/** Lists by keyset: a page and an opaque cursor to the next, stable while rows are inserted. */
import { InvalidInput } from './http-errors.js';

export interface Page<Item> {
  data: Item[];
  page: { nextCursor: string | null };
}

/** One row more than `limit` tells whether there is a next page. `key` gives the sort key of a row, unique in the list. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  key: (row: Row) => readonly string[],
  view: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor = rows.length > limit && last !== undefined ? Buffer.from(JSON.stringify(key(last))).toString('base64url') : null;
  return { data: shown.map(view), page: { nextCursor } };
}

/** The sort key inside a cursor, `parts` strings each accepted by `check`; null without a cursor. Throws `InvalidInput` for anything we did not make. */
export function readCursor(cursor: string | undefined, checks: readonly ((part: string) => boolean)[]): readonly string[] | null {
  if (cursor === undefined) return null;
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(key) && key.length === checks.length && key.every((part, i) => typeof part === 'string' && checks[i]!(part))) {
      return key as string[];
    }
  } catch {
    // falls through: not ours
  }
  throw new InvalidInput([{ pointer: '/cursor', message: 'is not a cursor of this list' }]);
}

export const isUuid = (part: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(part);
/** As `toISOString` writes it, in a year PostgreSQL knows: JavaScript also reads the 30th of February and the year 0. */
export const isInstant = (part: string): boolean =>
  /^(?!0000)\d{4}-/.test(part) && !Number.isNaN(Date.parse(part)) && new Date(part).toISOString() === part;
export const isText = (part: string): boolean => !part.includes('\0') && part.isWellFormed();
