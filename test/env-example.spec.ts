import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from '../apps/settings.js';
import { EVENT_TYPES } from '../libs/payments/src/infrastructure/stripe-fact-parser.js';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Quoted names that are shaped like a variable, in the files that read the environment. */
function namesRead(...files: string[]): Set<string> {
  return new Set(files.flatMap((file) => [...read(file).matchAll(/'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)'/g)].map(([, name]) => name!)));
}

const REQUIRED = {
  DATABASE_URL: 'postgres://cinema@127.0.0.1/cinema',
  JWT_SECRET: '0123456789abcdef0123456789abcdef',
  STRIPE_SECRET_KEY: 'sk_test_0123456789abcdef',
  STRIPE_PUBLISHABLE_KEY: 'pk_test_0123456789',
  STRIPE_WEBHOOK_SECRET: 'whsec_0123456789abcdef',
};
/** An address or a name in a commented line is an example where there is no default. */
const IS_DEFAULT = /^(\d+(,\d+)*|true|false|none|info)$/;

/** Numbers and switches that have a default. */
const WITH_DEFAULT = /env\.(?:integers?|durationMs|flag)\('([A-Z_]+)'/g;

function settingsWith(own: Record<string, string>): object[] {
  const settings = readSettings({ ...REQUIRED, ...own });
  return settings.classes.map((type) => settings.get(type));
}

/** `payment_intent.succeeded, .processing and .canceled; charge.refunded` as whole names. */
function expandTypes(text: string): string[] {
  let prefix = '';
  return [...text.matchAll(/[a-z_.]*\.[a-z_]+/g)].map(([name]) => {
    if (!name.startsWith('.')) prefix = name.slice(0, name.lastIndexOf('.'));
    return name.startsWith('.') ? prefix + name : name;
  });
}

describe('.env.example', () => {
  const documented = new Set([...read('.env.example').matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name!));
  const settings = globSync('libs/*/src/*.settings.ts', { cwd: root });
  const known = namesRead(
    'libs/platform/src/config/environment.ts',
    'libs/platform/src/config/settings.ts',
    ...settings,
    'apps/stripe-sandbox/src/environment.ts',
    'apps/standalone/src/main.ts',
    'apps/standalone/src/demo-environment.ts',
  );

  it('every variable that is read is explained in .env.example', () => {
    expect([...known].filter((name) => !documented.has(name) && name !== 'SIGINT')).toEqual([]);
  });

  it('every variable of .env.example is read', () => {
    expect([...documented].filter((name) => !known.has(name))).toEqual([]);
  });

  it('a commented line shows the default', () => {
    const lines = [...read('.env.example').matchAll(/^#([A-Z][A-Z0-9_]*)=(.+)$/gm)];
    const shown = lines.filter(([, , value]) => IS_DEFAULT.test(value!));
    const withDefault = [...settings, 'libs/platform/src/config/settings.ts'].flatMap((file) => [...read(file).matchAll(WITH_DEFAULT)]);
    expect(shown.map(([, name]) => name)).toEqual(expect.arrayContaining(withDefault.map(([, name]) => name)));
    for (const [, name, value] of shown) expect(settingsWith({ [name!]: value! }), name).toEqual(settingsWith({}));
    expect(settingsWith({ HOLD_SECONDS: '1801' })).not.toEqual(settingsWith({}));
  });

  it('the events that Stripe must send are those that payments uses', () => {
    const list = /which needs these events: ([^]+?)\nSTRIPE_WEBHOOK_SECRET=/.exec(read('.env.example'))?.[1] ?? '';
    // `refund.updated` is its newer name, and says the same.
    expect(expandTypes(list).sort()).toEqual(EVENT_TYPES.filter((type) => type !== 'charge.refund.updated').sort());
  });
});
