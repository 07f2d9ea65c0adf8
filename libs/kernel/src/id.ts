/** Ids: UUIDs that sort in the order they were made. */
import { randomUUID } from 'node:crypto';

const COUNTS = 0x1000;

let millisecond = 0;
let count = 0;

/**
 * A UUIDv7 (RFC 9562) that sorts after every id that this process made before, also within one millisecond and when the clock is set back.
 * The twelve bits behind the time are a counter (section 6.2, method 1). When it is used up, the time in the id runs ahead.
 */
export function newId(): string {
  const now = Date.now();
  if (now > millisecond) [millisecond, count] = [now, 0];
  else if (++count === COUNTS) [millisecond, count] = [millisecond + 1, 0];
  const time = millisecond.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count.toString(16).padStart(3, '0')}${randomUUID().slice(18)}`;
}

/** Sorts before every id: where a search begins. */
export const NIL_UUID = '00000000-0000-0000-0000-000000000000';

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
