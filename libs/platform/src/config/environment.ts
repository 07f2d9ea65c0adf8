/** Reads settings from environment variables. Keeps every fault, so that all of them can be reported at once. */
const DAY_MS = 86_400_000;

export class Environment {
  readonly faults: string[] = [];

  constructor(private readonly variables: Readonly<Record<string, string | undefined>>) {}

  get isProduction(): boolean {
    return this.optional('NODE_ENV') === 'production';
  }

  optional(name: string): string | null {
    const value = this.variables[name]?.trim();
    return value ? value : null;
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
    return this.fault(name, `must be a whole number from ${range.min} to ${range.max}`, range.min);
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

  flag(name: string, fallback: boolean): boolean {
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

  /** A URL of one of these protocols (`postgres:`), kept as text. */
  url(name: string, protocols: readonly string[]): string {
    const value = this.text(name);
    if (value === '' || isUrl(value, protocols)) return value;
    return this.fault(name, `must be a URL starting with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`, value);
  }

  optionalUrl(name: string, protocols: readonly string[]): string | null {
    return this.optional(name) === null ? null : this.url(name, protocols);
  }

  /** A secret of at least `length` characters that is not one of the placeholders of `.env.example`. */
  secret(name: string, length: number): string {
    const value = this.text(name);
    if (value === '') return value;
    if (/change-?me|example|placeholder/i.test(value)) return this.fault(name, 'still holds a placeholder', value);
    if (value.length < length) return this.fault(name, `must have at least ${length} characters`, value);
    return value;
  }

  optionalSecret(name: string, length: number): string | null {
    return this.optional(name) === null ? null : this.secret(name, length);
  }

  private fault<Value>(name: string, problem: string, replacement: Value): Value {
    this.faults.push(`${name} ${problem}`);
    return replacement;
  }
}

function isUrl(value: string, protocols: readonly string[]): boolean {
  try {
    return protocols.includes(new URL(value).protocol);
  } catch {
    return false;
  }
}
