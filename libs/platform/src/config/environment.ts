/** Reads settings from environment variables. Keeps every fault, so that all of them can be reported at once. */
import { readFileSync } from 'node:fs';
import { DAY_MS } from '@app/kernel/durations.js';
import { hasHiddenCharacters } from '@app/kernel/text.js';
import { isEmail } from 'class-validator';

const ANY_LOCAL_PORT = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\]):\*$/;

interface SecretShape {
  readonly pattern: RegExp;
  readonly description: string;
}

export class Environment {
  readonly faults: string[] = [];

  constructor(private readonly variables: Readonly<Record<string, string | undefined>>) {}

  get isProduction(): boolean {
    return this.optional('NODE_ENV') === 'production';
  }

  /** The value of the variable, or what stands in the file that `<name>_FILE` names: secrets are often mounted as files. */
  optional(name: string): string | null {
    const value = this.variables[name]?.trim();
    const file = this.variables[`${name}_FILE`]?.trim();
    if (!file) return value ? value : null;
    if (value) return this.fault(`${name}_FILE`, `must not be set together with ${name}`, value);
    return this.fromFile(`${name}_FILE`, file);
  }

  text(name: string, fallback?: string): string {
    const value = this.optional(name) ?? fallback;
    if (value === undefined) return this.fault(name, 'is required', '');
    return value;
  }

  integer(name: string, range: { fallback?: number; min: number; max: number }): number {
    const value = this.optional(name);
    if (value === null) return range.fallback ?? this.fault(name, 'is required', range.min);
    const parsed = Number(value);
    if (/^-?\d+$/.test(value) && parsed >= range.min && parsed <= range.max) return parsed;
    const unit = /^\d+\s*[a-z]+$/i.test(value) ? ', without a unit' : '';
    return this.fault(name, `must be a whole number from ${range.min} to ${range.max}${unit}`, range.min);
  }

  optionalInteger(name: string, range: { min: number; max: number }): number | null {
    return this.optional(name) === null ? null : this.integer(name, range);
  }

  durationMs(name: string, { fallback, max = DAY_MS }: { fallback: number; max?: number }): number {
    return this.integer(name, { fallback, min: 10, max });
  }

  integers(name: string, range: { fallback: readonly number[]; min: number; max: number }): readonly number[] {
    const value = this.optional(name);
    if (value === null) return range.fallback;
    const parsed = value.split(',').map((part) => Number(part.trim() || Number.NaN));
    if (parsed.every((part) => Number.isInteger(part) && part >= range.min && part <= range.max)) return parsed;
    return this.fault(name, `must be whole numbers from ${range.min} to ${range.max}, separated by commas`, range.fallback);
  }

  flag(name: string, { fallback }: { readonly fallback: boolean }): boolean {
    const value = this.optional(name)?.toLowerCase();
    if (value === undefined) return fallback;
    if (value === 'true' || value === 'false') return value === 'true';
    return this.fault(name, 'must be true or false', fallback);
  }

  oneOf<const Value extends string>(name: string, values: readonly Value[], fallback: Value): Value {
    const value = this.optional(name) ?? fallback;
    return values.find((candidate) => candidate === value) ?? this.fault(name, `must be one of ${values.join(', ')}`, fallback);
  }

  list(name: string): readonly string[] {
    return (this.optional(name) ?? '')
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  }

  /**
   * Origins as a browser sends them: scheme, host and port, in lower case, without a path or a slash at the end. `http://localhost:*` stands for every port,
   * on this machine only.
   */
  origins(name: string): readonly string[] {
    const origins = this.list(name);
    const isEach = origins.every((origin) => isOrigin(origin) || ANY_LOCAL_PORT.test(origin));
    if (isEach) return origins;
    return this.fault(
      name,
      'must be origins such as https://shop.example: scheme and host in lower case, no path, no slash at the end',
      [],
    );
  }

  email(name: string): string {
    const value = this.text(name);
    if (value === '' || (isEmail(value) && !hasHiddenCharacters(value))) return value;
    return this.fault(name, 'must be an e-mail address', '');
  }

  /** A URL of one of these protocols (`postgres:`), kept as text. */
  url(name: string, protocols: readonly string[]): string {
    const value = this.text(name);
    if (value === '' || isUrl(value, protocols)) return value;
    return this.fault(name, `must be a URL starting with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`, value);
  }

  optionalUrl(name: string, protocols: readonly string[]): string | null {
    return this.optional(name) === null ? null : this.url(name, protocols);
  }

  /** A URL to which paths are added: what is added to a query would be part of the query. */
  baseUrl(name: string): string {
    const value = this.url(name, ['http:', 'https:']);
    const url = URL.parse(value);
    if (url === null || (!/[?#]/.test(value) && `${url.username}${url.password}` === '')) return value;
    return this.fault(name, 'must have no query, no fragment and no user: paths are added to it', value);
  }

  optionalBaseUrl(name: string): string | null {
    return this.optional(name) === null ? null : this.baseUrl(name);
  }

  /** URLs of one kind, separated by commas. A comma in a password is written as %2C. */
  urls(name: string, protocols: readonly string[]): readonly string[] {
    const urls = this.list(name);
    if (urls.every((url) => isUrl(url, protocols))) return urls;
    const starts = protocols.map((protocol) => `${protocol}//`).join(' or ');
    return this.fault(name, `must be URLs starting with ${starts}, separated by commas`, []);
  }

  /** Returns the URL with the password of the variable `passwordName`, where that is set: there it may have any characters, also `@` and `/`. */
  withPassword(url: string, passwordName: string): string {
    const password = this.optional(passwordName);
    const parsed = URL.parse(url);
    if (password === null || parsed === null) return url;
    parsed.password = encodeURIComponent(password);
    return parsed.href;
  }

  /**
   * A secret of at least `length` characters that is not one of the placeholders of `.env.example`. `shape` tells secrets apart that are easily
   * mistaken for each other.
   */
  secret(name: string, length: number, shape?: SecretShape): string {
    const value = this.text(name);
    if (value === '') return value;
    if (/change-?me|example|placeholder/i.test(value)) return this.fault(name, 'still holds a placeholder', value);
    if (value.length < length) return this.fault(name, `must have at least ${length} characters`, value);
    if (shape?.pattern.test(value) === false) return this.fault(name, `must be ${shape.description}`, value);
    return value;
  }

  optionalSecret(name: string, length: number, shape?: SecretShape): string | null {
    return this.optional(name) === null ? null : this.secret(name, length, shape);
  }

  private fromFile(name: string, file: string): string | null {
    try {
      const text = readFileSync(file, 'utf8').trim();
      return text === '' ? this.fault(name, 'names an empty file', null) : text;
    } catch {
      return this.fault(name, 'names a file that cannot be read', null);
    }
  }

  private fault<Value>(name: string, problem: string, replacement: Value): Value {
    const sentence = `${name} ${problem}`;
    if (!this.faults.includes(sentence)) this.faults.push(sentence);
    return replacement;
  }
}

/** A host is needed; PostgreSQL also takes the directory of a socket, as a parameter. */
function isUrl(value: string, protocols: readonly string[]): boolean {
  const url = URL.parse(value);
  if (url === null || !protocols.includes(url.protocol) || !value.toLowerCase().startsWith(`${url.protocol}//`)) return false;
  return url.hostname !== '' || url.searchParams.has('host');
}

/** No browser sends a `*`: a pattern would match nothing. */
function isOrigin(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === value && !value.includes('*');
}
