import { InvalidParameter } from './api-error.js';
import type { Form, FormValue } from './form.js';

/** Reads one parameter. Throws the error that Stripe returns for an invalid one. `name` has Stripe's form: `created[gte]`. */
export type Reader<T> = (value: FormValue | undefined, name: string) => T;

export type Readers = Record<string, Reader<unknown>>;
export type Parameters<R extends Readers> = { [Name in keyof R]: ReturnType<R[Name]> };

/** Reads all parameters of a form. Throws when the form contains one without a reader. */
export function readParameters<R extends Readers>(readers: R, form: Form, parent?: string): Parameters<R> {
  const nameOf = (name: string) => (parent === undefined ? name : `${parent}[${name}]`);
  const unknown = Object.keys(form).filter((name) => !Object.hasOwn(readers, name));
  if (unknown.length > 0) {
    const names = unknown.map(nameOf);
    throw new InvalidParameter(`Received unknown parameter${names.length > 1 ? 's' : ''}: ${names.join(', ')}`, {
      param: names[0],
      code: 'parameter_unknown',
    });
  }
  const read = Object.entries(readers).map(([name, reader]) => [name, reader(form[name], nameOf(name))]);
  return Object.fromEntries(read) as Parameters<R>;
}

export function required<T>(reader: Reader<T | undefined>): Reader<T> {
  return (value, name) => {
    const read = reader(value, name);
    if (read === undefined) throw new InvalidParameter(`Missing required param: ${name}.`, { param: name, code: 'parameter_missing' });
    return read;
  };
}

/** An empty value removes what is set: the reader returns null. */
export function clearable<T>(reader: Reader<T | undefined>): Reader<T | null | undefined> {
  return (value, name) => (value === '' ? null : reader(value, name));
}

export function text({ maximumLength = 5000 } = {}): Reader<string | undefined> {
  return (value, name) => {
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw new InvalidParameter('Invalid string: must be a string', { param: name });
    if (value === '') throw emptyStringError(name);
    if (value.length > maximumLength) {
      throw new InvalidParameter(`Invalid string: ${value.slice(0, 10)}...; must be at most ${maximumLength} characters`, { param: name });
    }
    return value;
  };
}

export function integer({ minimum, maximum }: { minimum?: number; maximum?: number } = {}): Reader<number | undefined> {
  return (value, name) => {
    if (value === undefined) return undefined;
    if (value === '') throw emptyStringError(name);
    const number = typeof value === 'string' && /^[+-]?\d{1,15}$/.test(value.trim()) ? Number(value) : undefined;
    if (number === undefined) throw invalidInteger(`Invalid integer: ${toText(value)}`, name);
    if (minimum !== undefined && number < minimum) throw invalidInteger(`This value must be greater than or equal to ${minimum}.`, name);
    if (maximum !== undefined && number > maximum) throw invalidInteger(`This value must be less than or equal to ${maximum}.`, name);
    return number;
  };
}

export function boolean(): Reader<boolean | undefined> {
  return (value, name) => {
    if (value === undefined) return undefined;
    if (value === 'true' || value === '1') return true;
    if (value === 'false' || value === '0') return false;
    if (value === '') throw emptyStringError(name);
    throw new InvalidParameter(`Invalid boolean: ${toText(value)}`, { param: name });
  };
}

export function oneOf<const Value extends string>(...allowed: Value[]): Reader<Value | undefined> {
  return (value, name) => {
    if (value === undefined) return undefined;
    if (value === '') throw emptyStringError(name);
    const match = allowed.find((candidate) => candidate === value);
    if (match === undefined) throw new InvalidParameter(`Invalid ${name}: must be ${listAlternatives(allowed)}`, { param: name });
    return match;
  };
}

export function object<R extends Readers>(readers: R): Reader<Parameters<R> | undefined> {
  return (value, name) => {
    if (value === undefined) return undefined;
    if (typeof value === 'string' || Array.isArray(value)) throw new InvalidParameter('Invalid object', { param: name });
    return readParameters(readers, value, name);
  };
}

/** Reads `a[]=…` and `a[0]=…`. */
export function array<T>(reader: Reader<T | undefined>, { maximumItems = 100 } = {}): Reader<T[] | undefined> {
  return (value, name) => {
    if (value === undefined) return undefined;
    if (typeof value === 'string') throw new InvalidParameter('Invalid array', { param: name });
    const entries = Array.isArray(value) ? value : Object.values(value);
    if (entries.length > maximumItems)
      throw new InvalidParameter(`Invalid array: can have up to ${maximumItems} elements`, { param: name });
    return entries.map((entry, index) => required(reader)(entry, `${name}[${index}]`));
  };
}

/** Accepts a parameter that has no effect in the sandbox. */
export function ignored(): Reader<undefined> {
  return () => undefined;
}

export interface Range {
  gt?: number | undefined;
  gte?: number | undefined;
  lt?: number | undefined;
  lte?: number | undefined;
}

/** Reads `created=…` and `created[gte]=…`. */
export function range(): Reader<Range | undefined> {
  const bounds = object({ gt: integer(), gte: integer(), lt: integer(), lte: integer() });
  return (value, name) => {
    if (typeof value !== 'string') return bounds(value, name);
    const exact = integer()(value, name);
    return { gte: exact, lte: exact };
  };
}

function emptyStringError(name: string): InvalidParameter {
  return new InvalidParameter(
    `You passed an empty string for '${name}'. We assume empty values are an attempt to unset a parameter; however '${name}' cannot be unset. ` +
      `You should remove '${name}' from your request or supply a non-empty value.`,
    { param: name, code: 'parameter_invalid_empty' },
  );
}

function invalidInteger(message: string, name: string): InvalidParameter {
  return new InvalidParameter(message, { param: name, code: 'parameter_invalid_integer' });
}

function toText(value: FormValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function listAlternatives(allowed: readonly string[]): string {
  if (allowed.length < 3) return allowed.length === 1 ? String(allowed[0]) : `one of ${allowed.join(' or ')}`;
  return `one of ${allowed.slice(0, -1).join(', ')}, or ${allowed.at(-1)}`;
}
