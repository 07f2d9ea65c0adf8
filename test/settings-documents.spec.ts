/** What the documents and the Compose files say about settings is what the code reads: their names, defaults and units. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from '../apps/settings.js';
import { readOptions } from '../apps/stripe-sandbox/src/environment.js';
import { Environment } from '../libs/platform/src/config/environment.js';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const SECRETS = {
  DATABASE_URL: 'postgres://cinema@127.0.0.1/cinema',
  JWT_SECRET: '0123456789abcdef0123456789abcdef',
  STRIPE_SECRET_KEY: 'sk_test_0123456789abcdef',
  STRIPE_PUBLISHABLE_KEY: 'pk_test_0123456789',
  STRIPE_WEBHOOK_SECRET: 'whsec_0123456789abcdef',
};

/** Its other settings are read only with these. */
const STORAGE = { S3_ENDPOINT: 'http://127.0.0.1:7070', S3_BUCKET: 'posters', S3_ACCESS_KEY_ID: 'key', S3_SECRET_ACCESS_KEY: 'secret' };

/** Keeps what the code takes where nothing is set, as text. */
class RecordingEnvironment extends Environment {
  readonly defaults = new Map<string, string>();

  override text(name: string, fallback?: string): string {
    return super.text(name, this.kept(name, fallback));
  }

  override integer(name: string, range: Parameters<Environment['integer']>[1]): number {
    this.kept(name, range.fallback);
    return super.integer(name, range);
  }

  override integers(name: string, range: Parameters<Environment['integers']>[1]): readonly number[] {
    this.kept(name, range.fallback);
    return super.integers(name, range);
  }

  override flag(name: string, { fallback }: { readonly fallback: boolean }): boolean {
    return super.flag(name, { fallback: this.kept(name, fallback) });
  }

  override oneOf<const Value extends string>(name: string, values: readonly Value[], fallback: Value): Value {
    return super.oneOf(name, values, this.kept(name, fallback));
  }

  private kept<T>(name: string, fallback: T): T {
    if (fallback !== undefined) this.defaults.set(name, String(fallback));
    return fallback;
  }
}

function defaultsOfCode(): Map<string, string> {
  const environment = new RecordingEnvironment({ ...SECRETS, ...STORAGE });
  for (const Settings of readSettings(SECRETS).classes) new Settings(environment);
  expect(environment.faults).toEqual([]);
  for (const [, name, port] of read('apps/standalone/src/main.ts').matchAll(/portFrom\('([A-Z_]+)', (\d+)\)/g))
    environment.defaults.set(name!, port!);
  return environment.defaults;
}

const defaults = defaultsOfCode();
const shown = new Map([...read('.env.example').matchAll(/^#?([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name, value]) => [name!, value!]));
/** They have no default: the commented line shows how one looks. */
const EXAMPLES = ['AMQP_URL', 'NODE_ENV', 'PUBLIC_URL', 'SMTP_URL'];
/** The process that is not the system's own says them in `readOptions` and `main.ts`. */
const OF_OTHER_PROCESSES = /^(SANDBOX_|DATA_DIR$|DEMO_)/;

describe('The defaults of settings', () => {
  it('.env.example shows every default of the code, texts and lists too', () => {
    expect(defaults.size).toBeGreaterThan(90);
    expect([...defaults].filter(([name, value]) => shown.get(name) !== value)).toEqual([]);
  });

  it('a value that .env.example shows is the default, or a known example', () => {
    const optional = [...read('.env.example').matchAll(/^#([A-Z][A-Z0-9_]*)=(.+)$/gm)].map(([, name]) => name!);
    const others = optional.filter((name) => !defaults.has(name) && !OF_OTHER_PROCESSES.test(name));
    expect(others.sort()).toEqual(EXAMPLES);
  });

  it('those of the Stripe sandbox are what it takes', () => {
    const own = [...shown].filter(([name, value]) => name.startsWith('SANDBOX_') && value !== '');
    expect(own.length).toBeGreaterThan(3);
    const without = readOptions(SECRETS);
    // The one default that the sandbox has itself.
    expect(read('apps/stripe-sandbox/src/sandbox-parts.ts')).toContain('options.asyncDelayMs ?? SECOND_MS');
    expect(readOptions({ ...SECRETS, ...Object.fromEntries(own) })).toEqual({ ...without, asyncDelayMs: 1_000 });
  });

  it('compose.yaml and compose/.env.example say the same where a value is left out', () => {
    const fallbacks = [...read('compose/compose.yaml').matchAll(/\$\{([A-Z][A-Z0-9_]*):?-([^}]+)\}/g)];
    const example = new Map(
      [...read('compose/.env.example').matchAll(/^([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name, value]) => [name!, value!]),
    );
    const differing = fallbacks.filter(([, name, value]) => example.has(name!) && example.get(name!) !== value);
    expect(fallbacks.length).toBeGreaterThan(10);
    expect(differing.map(([text]) => text)).toEqual([]);
  });
});

const DOCUMENTS = [...globSync('docs/**/*.md', { cwd: root }), 'README.md', 'SECURITY.md', 'compose/.env.example', '.env.example'].sort();
/** Of Compose files, of the CLI and of other programs. */
const compose = ['compose/.env.example', 'compose/compose.yaml', 'compose/cluster/compose.cluster.yaml', 'compose/cluster/etcd.env']
  .map(read)
  .join('\n');
const OF_OTHER_PROGRAMS = ['MALLOC_ARENA_MAX', 'WEBHOOK_SECRET'];
/** Names of constants in the code. */
const CONSTANTS = ['DEFAULT_LANGUAGE'];

describe('The documents', () => {
  it('every variable that a document names is read', () => {
    const isKnown = (name: string): boolean =>
      shown.has(name.replace(/_FILE$/, '')) ||
      [...OF_OTHER_PROGRAMS, ...CONSTANTS].includes(name) ||
      new RegExp(`^#?${name}=|\\$\\{${name}[:?}-]|^ +${name}:`, 'm').test(compose);
    const named = DOCUMENTS.flatMap((file) =>
      [...read(file).matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[^`]*)?`/g)].map(([, name]) => ({ file, name: name! })),
    );
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter(({ name }) => !isKnown(name))).toEqual([]);
  });

  it('a value beside the name of a setting is its default, in its unit', () => {
    const values = DOCUMENTS.flatMap((file) => valuesIn(read(file)).map((value) => ({ file, ...value })));
    expect(values.length).toBeGreaterThan(20);
    expect(values.filter(({ name, said }) => said !== inUnits(name, defaults.get(name)))).toEqual([]);
  });

  it('a value that is not the default is found', () => {
    const [wrong] = valuesIn('An unpaid hold expires after 20 minutes (`HOLD_SECONDS`).');
    expect([wrong?.said, inUnits('HOLD_SECONDS', defaults.get('HOLD_SECONDS'))]).toEqual([1_200_000, 1_800_000]);
    expect(valuesIn('| `messaging.inbox` | 31 days | `INBOX_KEPT_DAYS` | why |')).toEqual([
      { name: 'INBOX_KEPT_DAYS', said: 31 * 86_400_000 },
    ]);
    expect(valuesIn('`DATABASE_POOL` (17)')).toEqual([{ name: 'DATABASE_POOL', said: 17 }]);
  });
});

const UNITS: Readonly<Record<string, number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  year: 365 * 86_400_000,
  GB: 1_000,
};
const WORDS: Readonly<Record<string, number>> = { two: 2, three: 3, five: 5, seven: 7, ten: 10, fifteen: 15, thirty: 30 };
const AMOUNT = `(\\d+|${Object.keys(WORDS).join('|')}) (second|minute|hour|day|year|GB)s?\\b`;
const NAME = '`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`';

/** `30 minutes (NAME)`, `NAME (48)`, and the rows of tables with one amount and one name. Times in milliseconds. */
function valuesIn(text: string): { name: string; said: number }[] {
  const amount = (number: string, unit: string): number => (WORDS[number] ?? Number(number)) * UNITS[unit]!;
  const [before, after, row] = [
    `${AMOUNT}[^().|\`]{0,30}\\(${NAME}\\)`,
    `${NAME.replaceAll('`', '`?')} \\((\\d+)\\)`,
    `^\\|[^|]+\\| ${AMOUNT}[^|]*\\| ${NAME} \\|`,
  ];
  return [
    ...[before, row].flatMap((pattern) =>
      [...text.matchAll(new RegExp(pattern, 'gm'))].map(([, number, unit, name]) => ({ name: name!, said: amount(number!, unit!) })),
    ),
    ...[...text.matchAll(new RegExp(after, 'gm'))].map(([, name, number]) => ({ name: name!, said: inUnits(name!, number)! })),
  ];
}

/** The unit is part of the name. */
function inUnits(name: string, value: string | undefined): number | undefined {
  const unit = /_(SECONDS|MINUTES|HOURS|DAYS)(_|$)/.exec(name)?.[1];
  return value === undefined ? undefined : Number(value) * (unit === undefined ? 1 : UNITS[unit.slice(0, -1).toLowerCase()]!);
}

describe('The units of settings', () => {
  const sources = globSync('libs/*/src/**/*settings.ts', { cwd: root }).map(read).join('\n');

  it('a time is multiplied by the unit of its name', () => {
    const times = [...sources.matchAll(/env\.integer\('([A-Z_]+)', \{[^}]*\}\) \* (SECOND|MINUTE|HOUR|DAY)_MS/g)];
    expect(times.length).toBeGreaterThan(8);
    expect(times.filter(([, name, unit]) => !new RegExp(`_${unit}S(_|$)`).test(name!)).map(([text]) => text)).toEqual([]);
  });

  it('a time in milliseconds says so in its name', () => {
    const names = [...sources.matchAll(/env\.durationMs\('([A-Z_]+)'/g)].map(([, name]) => name!);
    expect(names.length).toBeGreaterThan(30);
    expect(names.filter((name) => !name.endsWith('_MS'))).toEqual([]);
  });
});
