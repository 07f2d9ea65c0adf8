import qs from 'qs';

/** A value in a decoded form or query string. `a[b]=c` is a nested form. */
export type FormValue = string | FormValue[] | Form;
export interface Form {
  [name: string]: FormValue;
}

export function parseForm(encoded: string): Form {
  return qs.parse(encoded, { depth: 8, parameterLimit: 2000, arrayLimit: 200, plainObjects: true }) as Form;
}

/** Returns the same text for the same parameters, in any order. */
export function toCanonicalText(value: FormValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(toCanonicalText).join(',')}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, entry]) => `${JSON.stringify(name)}:${toCanonicalText(entry)}`).join(',')}}`;
}
