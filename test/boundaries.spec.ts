import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const config = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as {
  forbidden: { name: string; from: { path?: string } }[];
};

/** What the planted files import; each is there, so that an import is judged by its place and not by its absence. */
const soil = [
  'node_modules/typeorm/index.js',
  'node_modules/amqplib/index.js',
  'node_modules/@nestjs/common/index.js',
  'node_modules/@nestjs/cqrs/index.js',
  'libs/kernel/src/money.ts',
  'libs/contracts/src/payments.ts',
  'libs/platform/src/http/http-application.ts',
  'libs/platform/src/messaging/subscribe.ts',
  'libs/platform/src/persistence/database.ts',
  'libs/auth/src/index.ts',
  'libs/auth/src/domain/user.ts',
  'libs/auth/src/infrastructure/user.schema.ts',
  'libs/payments/src/index.ts',
  'libs/payments/src/domain/payment.ts',
  'apps/api/src/main.ts',
];

interface Plant {
  readonly file: string;
  readonly imports: string;
  /** null: allowed. */
  readonly breaks: string | null;
}

const plants: Plant[] = [
  { file: 'libs/auth/src/domain/hen.ts', imports: './egg.js', breaks: 'no-circles' },
  { file: 'libs/auth/src/domain/egg.ts', imports: './hen.js', breaks: 'no-circles' },

  { file: 'libs/auth/src/infrastructure/by-alias.ts', imports: '@app/payments', breaks: 'contexts-meet-only-in-contracts' },
  { file: 'libs/auth/src/infrastructure/by-path.ts', imports: '../../../payments/src/index.js', breaks: 'contexts-meet-only-in-contracts' },
  { file: 'libs/auth/src/infrastructure/contract.ts', imports: '@app/contracts/payments.js', breaks: null },

  { file: 'libs/auth/src/domain/orm.ts', imports: 'typeorm', breaks: 'domain-is-pure' },
  { file: 'libs/auth/src/domain/nest.ts', imports: '@nestjs/common', breaks: 'domain-is-pure' },
  { file: 'libs/auth/src/domain/files.ts', imports: 'node:fs', breaks: 'domain-is-pure' },
  { file: 'libs/auth/src/domain/stored.ts', imports: '../infrastructure/user.schema.js', breaks: 'domain-is-pure' },
  { file: 'libs/auth/src/domain/served.ts', imports: '@app/platform/http/http-application.js', breaks: 'domain-is-pure' },
  { file: 'libs/auth/src/domain/priced.ts', imports: '@app/kernel/money.js', breaks: null },
  { file: 'libs/auth/src/domain/hashed.ts', imports: 'node:crypto', breaks: null },

  { file: 'libs/auth/src/application/orm.ts', imports: 'typeorm', breaks: 'application-knows-no-technology' },
  { file: 'libs/auth/src/application/queue.ts', imports: 'amqplib', breaks: 'application-knows-no-technology' },
  { file: 'libs/auth/src/application/stored.ts', imports: '../infrastructure/user.schema.js', breaks: 'application-knows-no-technology' },
  {
    file: 'libs/auth/src/application/served.ts',
    imports: '@app/platform/http/http-application.js',
    breaks: 'application-knows-no-technology',
  },
  { file: 'libs/auth/src/application/subscribed.ts', imports: '@app/platform/messaging/subscribe.js', breaks: null },
  { file: 'libs/auth/src/application/read.ts', imports: '@app/platform/persistence/database.js', breaks: null },
  { file: 'libs/auth/src/application/handled.ts', imports: '@nestjs/cqrs', breaks: null },

  { file: 'apps/api/src/inside.ts', imports: '../../../libs/auth/src/domain/user.js', breaks: 'apps-use-the-front-door' },
  { file: 'apps/api/src/door.ts', imports: '@app/auth', breaks: null },

  { file: 'libs/platform/src/http/upward.ts', imports: '@app/auth', breaks: 'foundations-know-no-context' },
  { file: 'libs/platform/src/http/composed.ts', imports: '../../../../apps/api/src/main.js', breaks: 'foundations-know-no-context' },
  { file: 'libs/platform/src/http/based.ts', imports: '@app/kernel/money.js', breaks: null },

  { file: 'libs/contracts/src/served.ts', imports: '@app/platform/http/http-application.js', breaks: 'contracts-know-only-the-kernel' },
  { file: 'libs/contracts/src/stored.ts', imports: 'typeorm', breaks: 'contracts-know-only-the-kernel' },
  { file: 'libs/contracts/src/asked.ts', imports: '@nestjs/cqrs', breaks: null },

  { file: 'libs/kernel/src/served.ts', imports: '@app/platform/http/http-application.js', breaks: 'kernel-stands-alone' },
  { file: 'libs/kernel/src/told.ts', imports: '@app/contracts/payments.js', breaks: 'kernel-stands-alone' },
  { file: 'libs/kernel/src/npm.ts', imports: 'typeorm', breaks: 'kernel-stands-alone' },
];

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
  /** A circle is reported once, from any of its files. */
  readonly cycle?: readonly { readonly name: string }[];
}

const concerns = ({ from, cycle }: Violation, file: string) => from === file || (cycle ?? []).some(({ name }) => name === file);

function cruise(folder: string): Violation[] {
  const cruiser = join(root, 'node_modules/.bin/depcruise');
  const args = [cruiser, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'apps', 'libs'];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
  if (!stdout) throw new Error(stderr);
  return (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
}

describe('The boundaries', () => {
  let garden: string;
  let violations: Violation[];

  beforeAll(() => {
    garden = mkdtempSync(join(tmpdir(), 'movie-reservation-boundaries-'));
    const write = (file: string, text: string) => {
      mkdirSync(dirname(join(garden, file)), { recursive: true });
      writeFileSync(join(garden, file), text);
    };
    for (const settings of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'])
      cpSync(join(root, settings), join(garden, settings));
    for (const file of soil) write(file, 'export {};\n');
    for (const { file, imports } of plants) write(file, `import type {} from '${imports}';\nexport {};\n`);
    violations = cruise(garden);
  });

  afterAll(() => rmSync(garden, { recursive: true, force: true }));

  it('have a planted violation for each rule, and no plant for a rule that is gone', () => {
    const planted = new Set(plants.flatMap(({ breaks }) => breaks ?? []));
    expect([...planted].sort()).toEqual(config.forbidden.map(({ name }) => name).sort());
  });

  it.each(plants.filter(({ breaks }) => breaks))('$breaks: $file may not import $imports', ({ file, breaks }) => {
    expect(violations.filter((violation) => concerns(violation, file)).map(({ rule }) => rule.name)).toEqual([breaks]);
  });

  it.each(plants.filter(({ breaks }) => !breaks))('$file may import $imports', ({ file }) => {
    expect(violations.filter((violation) => concerns(violation, file))).toEqual([]);
  });

  it('know every library, so that none stands outside the rules', () => {
    const contexts = new RegExp(config.forbidden.find(({ name }) => name === 'contexts-meet-only-in-contracts')!.from.path!);
    const libraries = readdirSync(join(root, 'libs'));
    const unknown = libraries.filter(
      (name) => !['kernel', 'contracts', 'platform'].includes(name) && !contexts.test(`libs/${name}/src/index.ts`),
    );
    expect(unknown).toEqual([]);
  });

  it('are kept by the code as it stands', () => {
    expect(cruise(root)).toEqual([]);
  }, 60_000);
});
