import qs from 'qs';

/** A decoded form or query string: text at the leaves, brackets as nesting. */
export type FormValue = string | FormValue[] | Form;
export interface Form {
  [name: string]: FormValue;
}

export function parseForm(encoded: string): Form {
  return qs.parse(encoded, { depth: 8, parameterLimit: 2000, arrayLimit: 200, plainObjects: true }) as Form;
}

/** The same parameters always give the same text, whatever order they came in. */
export function canonical(value: FormValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, entry]) => `${JSON.stringify(name)}:${canonical(entry)}`).join(',')}}`;
}
