import { InvalidParameter } from './api-error.js';
import type { Reader } from './parameters.js';

// https://docs.stripe.com/api/metadata
const MAXIMUM_KEYS = 50;
const MAXIMUM_KEY_LENGTH = 40;
const MAXIMUM_VALUE_LENGTH = 500;

/** How a request changes an object's metadata. An empty value removes its key. `removeAll` removes every key. */
type MetadataChange = { removeAll: true } | { removeAll: false; entries: [key: string, value: string][] };

export function metadata(): Reader<MetadataChange | undefined> {
  return (value, name) => {
    if (value === undefined) return undefined;
    if (value === '') return { removeAll: true };
    if (typeof value === 'string') throw new InvalidParameter('Invalid object', { param: name });
    const entries = Object.entries(value).map(([key, entry]): [string, string] => {
      if (typeof entry !== 'string') throw new InvalidParameter(`Invalid string: ${JSON.stringify(entry)}`, { param: `${name}[${key}]` });
      if (key.length > MAXIMUM_KEY_LENGTH) {
        throw new InvalidParameter(
          `Metadata keys can have up to ${MAXIMUM_KEY_LENGTH} characters, but you passed in a key that is ${key.length} characters. Invalid key: ${key}`,
          { param: name },
        );
      }
      if (entry.length > MAXIMUM_VALUE_LENGTH) {
        throw new InvalidParameter(
          `Metadata values can have up to ${MAXIMUM_VALUE_LENGTH} characters, but you passed in a value that is ${entry.length} characters. Invalid value: ${entry}`,
          { param: name },
        );
      }
      return [key, entry];
    });
    return { removeAll: false, entries };
  };
}

export function applyMetadataChange(current: Record<string, string>, change: MetadataChange | null | undefined): Record<string, string> {
  if (change === undefined) return current;
  if (change === null || change.removeAll) return {};
  const changed = new Map(Object.entries(current));
  for (const [key, value] of change.entries) {
    if (value === '') changed.delete(key);
    else changed.set(key, value);
  }
  if (changed.size > MAXIMUM_KEYS)
    throw new InvalidParameter(`Metadata can have up to ${MAXIMUM_KEYS} keys, but this would make ${changed.size}.`, { param: 'metadata' });
  return Object.fromEntries(changed);
}
