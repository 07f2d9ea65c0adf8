import { InvalidParameter } from './api-error.js';
import type { Reader } from './parameters.js';

// https://docs.stripe.com/api/metadata
const maximumKeys = 50;
const maximumKeyLength = 40;
const maximumValueLength = 500;

/** What a request does to an object's metadata: a value sets, an empty value takes the key away, `all` empties it. */
export type MetadataChange = { all: true } | { all: false; entries: [key: string, value: string][] };

export function metadata(): Reader<MetadataChange | undefined> {
  return (value, name) => {
    if (value === undefined) return undefined;
    if (value === '') return { all: true };
    if (typeof value === 'string') throw new InvalidParameter('Invalid object', name);
    const entries = Object.entries(value).map(([key, entry]): [string, string] => {
      if (typeof entry !== 'string') throw new InvalidParameter(`Invalid string: ${JSON.stringify(entry)}`, `${name}[${key}]`);
      if (key.length > maximumKeyLength) {
        throw new InvalidParameter(
          `Metadata keys can have up to ${maximumKeyLength} characters, but you passed in a key that is ${key.length} characters. Invalid key: ${key}`,
          name,
        );
      }
      if (entry.length > maximumValueLength) {
        throw new InvalidParameter(
          `Metadata values can have up to ${maximumValueLength} characters, but you passed in a value that is ${entry.length} characters. Invalid value: ${entry}`,
          name,
        );
      }
      return [key, entry];
    });
    return { all: false, entries };
  };
}

export function changedMetadata(current: Record<string, string>, change: MetadataChange | null | undefined): Record<string, string> {
  if (change === undefined) return current;
  if (change === null || change.all) return {};
  const changed = new Map(Object.entries(current));
  for (const [key, value] of change.entries) {
    if (value === '') changed.delete(key);
    else changed.set(key, value);
  }
  if (changed.size > maximumKeys)
    throw new InvalidParameter(`Metadata can have up to ${maximumKeys} keys, but this would make ${changed.size}.`, 'metadata');
  return Object.fromEntries(changed);
}
