/** Reads a `timestamptz` as PostgreSQL writes it. */
import pg from 'pg';

const parseWithPg = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ) as (text: string) => Date;

const ZERO = '0'.charCodeAt(0);
/** `2026-11-27 19:00:00+00`, and up to six digits of a fraction with their point. */
const MIN_LENGTH = 22;
const MAX_LENGTH = MIN_LENGTH + 7;

/**
 * node-pg takes three regular expressions for each instant, and a page of reservations has a hundred. A session in UTC writes nearly all of them alike;
 * node-pg reads the others: other zones, years before 1000 and after 9999, and infinity.
 */
export function parseInstant(text: string): Date {
  const isUsual = text.length >= MIN_LENGTH && text.length <= MAX_LENGTH && text[4] === '-' && text[0] !== '0' && text.endsWith('+00');
  if (!isUsual) return parseWithPg(text);
  const digit = (at: number): number => text.charCodeAt(at) - ZERO;
  const pair = (at: number): number => digit(at) * 10 + digit(at + 1);
  // Digits below a millisecond are cut off.
  const fractionEnd = text.length - 3;
  let milliseconds = 0;
  for (let at = 20, unit = 100; at < fractionEnd && unit >= 1; at++, unit /= 10) milliseconds += digit(at) * unit;
  return new Date(Date.UTC(pair(0) * 100 + pair(2), pair(5) - 1, pair(8), pair(11), pair(14), pair(17), milliseconds));
}
