import { randomUUIDv7 } from 'node:crypto';

/** A UUIDv7 (RFC 9562): ids made later sort later, which keeps indexes dense and lists in order of creation. */
export function newId(): string {
  return randomUUIDv7();
}
