import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Quoted names that are shaped like a variable, in the files that read the environment. */
function namesRead(...files: string[]): Set<string> {
  return new Set(files.flatMap((file) => [...read(file).matchAll(/'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)'/g)].map(([, name]) => name!)));
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
  );

  it('the settings of every context are found', () => {
    expect(settings.length).toBeGreaterThanOrEqual(3);
  });

  it('every variable that is read is explained in .env.example', () => {
    expect([...known].filter((name) => !documented.has(name) && name !== 'SIGINT')).toEqual([]);
  });

  it('every variable of .env.example is read', () => {
    expect([...documented].filter((name) => !known.has(name))).toEqual([]);
  });
});
