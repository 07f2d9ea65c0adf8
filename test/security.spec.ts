/** The packages that ship have licences that the product may be given away with, and no file of the repository holds a secret. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

interface Package {
  readonly dev?: boolean;
  readonly license?: string;
}

/** Of the packages that ship. Libvips (LGPL) comes as a library of its own beside sharp, and is not changed. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC-BY-4.0',
  'CC0-1.0',
  'ISC',
  'LGPL-3.0-or-later',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
]);

/** Read in the packages themselves: an old form of package.json, or a file beside it. */
const READ_BY_HAND: Readonly<Record<string, string>> = {
  decko: 'MIT',
  'passport-strategy': 'MIT',
  pause: 'MIT',
  slick: 'MIT',
  stickyfill: 'MIT',
  'url-template': 'BSD-3-Clause',
};

/** Returns `package licence` of each package that ships without an allowed licence. */
function notAllowed(packages: Readonly<Record<string, Package>>): string[] {
  return Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && dev !== true)
    .map(([path, { license = 'none' }]) => [path.replace(/^.*node_modules\//, ''), license] as const)
    .filter(([name, license]) => !isAllowed(READ_BY_HAND[name] ?? license))
    .map(([name, license]) => `${name} ${license}`);
}

/** `OR` gives the choice, `AND` asks for each. */
function isAllowed(expression: string): boolean {
  const [first, ...others] = expression.replaceAll(/[()]/g, '').split(/ OR /);
  const each = (part: string): boolean => part.split(/ AND /).every((licence) => ALLOWED.has(licence));
  return each(first!) || others.some(each);
}

/** Shapes of secrets that services give out. Keys of Stripe's test mode are invented everywhere, those of its live mode never. */
const SECRETS = [
  /\b[rs]k_live_[0-9A-Za-z]{24,}/,
  /\bAKIA[0-9A-Z]{16}\b/,
  /\bgh[pousr]_[0-9A-Za-z]{36}\b/,
  /\bgithub_pat_\w{50,}/,
  /\bnpm_[0-9A-Za-z]{36}\b/,
  /\bxox[abprs]-[0-9A-Za-z-]{20,}/,
  /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\n[A-Za-z0-9+/=\n]{200,}/,
  /\beyJ[\w-]{10,}\.eyJ[\w-]{40,}\.[\w-]{40,}/,
];

const secretIn = (text: string): boolean => SECRETS.some((shape) => shape.test(text));

describe('What ships', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, Package> };

  it('every package that ships has a licence that allows it', () => {
    expect(Object.values(packages).filter(({ dev }) => dev !== true).length).toBeGreaterThan(100);
    expect(notAllowed(packages)).toEqual([]);
  });

  it('a package with another licence, or none, is found', () => {
    const planted = {
      'node_modules/a': { license: 'AGPL-3.0' },
      'node_modules/b/node_modules/c': {},
      'node_modules/d': { license: '(MIT OR GPL-3.0)' },
    };
    expect(
      notAllowed({ ...planted, 'node_modules/e': { license: 'MIT AND GPL-3.0' }, 'node_modules/f': { dev: true, license: 'GPL-3.0' } }),
    ).toEqual(['a AGPL-3.0', 'c none', 'e MIT AND GPL-3.0']);
  });

  it('no file of the repository holds a secret', () => {
    const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
    expect(files.length).toBeGreaterThan(500);
    expect(files.filter((file) => secretIn(readFileSync(join(root, file), 'latin1')))).toEqual([]);
  });

  it('a secret of each shape is found', () => {
    const letters = 'Ab1'.repeat(40);
    const planted = [
      `sk_live_${letters.slice(0, 24)}`,
      `AKIA${'A1'.repeat(8)}`,
      `ghp_${letters.slice(0, 36)}`,
      `github_pat_${letters.slice(0, 60)}`,
      `npm_${letters.slice(0, 36)}`,
      `xoxb-${letters.slice(0, 30)}`,
      `-----BEGIN RSA PRIVATE KEY-----\n${letters}\n${letters}`,
      `eyJ${letters.slice(0, 12)}.eyJ${letters.slice(0, 60)}.${letters.slice(0, 43)}`,
    ];
    expect(planted.map(secretIn)).toEqual(SECRETS.map(() => true));
    expect(secretIn(`sk_test_${letters}`)).toBe(false);
  });
});
