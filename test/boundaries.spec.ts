import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Rule {
  readonly name: string;
  readonly from: { readonly path?: string };
  readonly to: { readonly path?: string };
}

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
  /** A cycle is reported once, from any of its files. */
  readonly cycle?: readonly { readonly name: string }[];
}

interface Plant {
  readonly file: string;
  readonly imports: string;
  /** The rule that refuses the import; null when it is allowed. */
  readonly breaks: string | null;
}

const root = fileURLToPath(new URL('../', import.meta.url));
const { forbidden: rules } = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as { forbidden: Rule[] };

/** Files that the planted ones import. They exist, so that an import breaks a rule by its place and not because it is missing. */
const FIXTURES = [
  'node_modules/typeorm/index.js',
  'node_modules/amqplib/index.js',
  'node_modules/@nestjs/common/index.js',
  'node_modules/@nestjs/cqrs/index.js',
  'node_modules/@nestjs/swagger/index.js',
  'libs/kernel/src/money.ts',
  'libs/contracts/src/payments.ts',
  'libs/platform/src/process/run.ts',
  'libs/platform/src/operations/dead-letters/redrive-dead-letters.ts',
  'libs/platform/src/http/http-application.ts',
  'libs/platform/src/http/money.view.ts',
  'libs/platform/src/http/page.view.ts',
  'libs/platform/src/jobs/job.ts',
  'libs/platform/src/jobs/jobs.ts',
  'libs/platform/src/jobs/job-runner.ts',
  'libs/platform/src/messaging/subscribe.ts',
  'libs/platform/src/schedule/schedule.ts',
  'libs/platform/src/persistence/database.ts',
  'libs/platform/src/persistence/keyset.ts',
  'libs/platform/src/persistence/outbox.ts',
  'libs/platform/src/persistence/transactions.ts',
  'libs/platform/src/config/settings.ts',
  'libs/platform/src/concurrency/semaphore.ts',
  'libs/auth/src/index.ts',
  'libs/auth/src/domain/user.ts',
  'libs/auth/src/infrastructure/user.schema.ts',
  'libs/payments/src/index.ts',
  'libs/payments/src/domain/payment.ts',
  'apps/api/src/main.ts',
  'clients/typescript/src/generated/index.ts',
];

/** Writes a plant for each import of one file's folder. */
function plant(folder: string, imports: Readonly<Record<string, string>>, breaks: string | null): Plant[] {
  return Object.entries(imports).map(([name, path]) => ({ file: `${folder}/${name}.ts`, imports: path, breaks }));
}

const UP_TO_PROCESS = 'nothing-below-imports-process';
const UP_TO_OPERATIONS = 'nothing-below-imports-operations';
const UP_TO_HTTP = 'nothing-below-imports-http-jobs-schedule-messaging';
const UP_TO_PERSISTENCE = 'nothing-below-imports-persistence';

const PLANTS: Plant[] = [
  ...plant('libs/auth/src/domain', { 'cycle-a': './cycle-b.js', 'cycle-b': './cycle-a.js' }, 'no-cycles'),

  ...plant(
    'libs/auth/src/infrastructure',
    { 'by-alias': '@app/payments', 'by-path': '../../../payments/src/index.js' },
    'contexts-meet-only-in-contracts',
  ),
  ...plant('libs/auth/src/infrastructure', { contract: '@app/contracts/payments.js', orm: 'typeorm' }, null),

  ...plant(
    'libs/auth/src/domain',
    {
      orm: 'typeorm',
      nest: '@nestjs/common',
      files: 'node:fs',
      schema: '../infrastructure/user.schema.js',
      platform: '@app/platform/http/http-application.js',
      database: '@app/platform/persistence/database.js',
    },
    'domain-is-pure',
  ),
  ...plant('libs/auth/src/domain', { kernel: '@app/kernel/money.js', contract: '@app/contracts/payments.js', hash: 'node:crypto' }, null),

  ...plant(
    'libs/auth/src/application',
    {
      orm: 'typeorm',
      amqp: 'amqplib',
      openapi: '@nestjs/swagger',
      schema: '../infrastructure/user.schema.js',
      http: '@app/platform/http/http-application.js',
      'http-view': '@app/platform/http/page.view.js',
      outbox: '@app/platform/persistence/outbox.js',
      'job-runner': '@app/platform/jobs/job-runner.js',
      settings: '@app/platform/config/settings.js',
    },
    'application-uses-no-technology',
  ),
  ...plant(
    'libs/auth/src/application',
    { files: 'node:fs', server: 'node:http', hash: 'node:crypto' },
    'application-imports-no-builtin-but-timers',
  ),
  ...plant(
    'libs/auth/src/application',
    {
      domain: '../domain/user.js',
      pause: 'node:timers/promises',
      subscribe: '@app/platform/messaging/subscribe.js',
      jobs: '@app/platform/jobs/jobs.js',
      job: '@app/platform/jobs/job.js',
      transactions: '@app/platform/persistence/transactions.js',
      database: '@app/platform/persistence/database.js',
      keyset: '@app/platform/persistence/keyset.js',
      cqrs: '@nestjs/cqrs',
      nest: '@nestjs/common',
    },
    null,
  ),

  ...plant(
    'libs/auth/src/application/queries',
    { 'orm.view': 'typeorm', 'schema.view': '../../infrastructure/user.schema.js', 'http.view': '@app/platform/http/http-application.js' },
    'views-use-no-technology-but-openapi',
  ),
  ...plant(
    'libs/auth/src/application/queries',
    { 'openapi.view': '@nestjs/swagger', 'money.view': '@app/platform/http/money.view.js', 'page.view': '@app/platform/http/page.view.js' },
    null,
  ),

  ...plant('apps/api/src', { inside: '../../../libs/auth/src/domain/user.js' }, 'apps-import-only-the-index-of-a-context'),
  ...plant('apps/api/src', { index: '@app/auth', platform: '@app/platform/process/run.js' }, null),

  ...plant('libs/platform/src/http', { context: '@app/auth', app: '../../../../apps/api/src/main.js' }, 'shared-code-imports-no-context'),
  ...plant('libs/contracts/src', { context: '@app/auth' }, 'shared-code-imports-no-context'),
  ...plant('libs/platform/src/messaging', { contract: '@app/contracts/payments.js' }, 'platform-imports-no-contracts'),
  ...plant('libs/platform/src/http', { kernel: '@app/kernel/money.js' }, null),

  ...plant('libs/platform/src/operations', { up: '../process/run.js' }, UP_TO_PROCESS),
  ...plant('libs/platform/src/concurrency', { up: '../process/run.js' }, UP_TO_PROCESS),
  ...plant('libs/platform/src/http', { up: '../operations/dead-letters/redrive-dead-letters.js' }, UP_TO_OPERATIONS),
  ...plant('libs/platform/src/messaging', { up: '../operations/dead-letters/redrive-dead-letters.js' }, UP_TO_OPERATIONS),
  ...plant('libs/platform/src/persistence', { up: '../messaging/subscribe.js', 'up-2': '../jobs/job.js' }, UP_TO_HTTP),
  ...plant('libs/platform/src/config', { up: '../http/http-application.js' }, UP_TO_HTTP),
  ...plant('libs/platform/src/telemetry', { up: '../persistence/database.js' }, UP_TO_PERSISTENCE),
  ...plant(
    'libs/platform/src/schedule',
    { http: '../http/http-application.js', jobs: '../jobs/job.js', messaging: '../messaging/subscribe.js' },
    'no-way-between-http-jobs-schedule-messaging',
  ),
  ...plant('libs/platform/src/jobs', { 'lane-runner': '../schedule/schedule.js' }, 'no-way-between-http-jobs-schedule-messaging'),
  ...plant(
    'libs/platform/src/telemetry',
    { settings: '../config/settings.js', semaphore: '../concurrency/semaphore.js' },
    'no-way-between-telemetry-clock-config-concurrency-files',
  ),
  ...plant('libs/platform/src/telemetry', { 'logging.module': '../config/settings.js' }, null),
  ...plant('libs/platform/src/process', { down: '../operations/dead-letters/redrive-dead-letters.js' }, null),
  ...plant('libs/platform/src/operations', { down: '../http/http-application.js' }, null),
  ...plant('libs/platform/src/schedule', { down: '../persistence/database.js' }, null),

  ...plant(
    'libs/contracts/src',
    { platform: '@app/platform/http/http-application.js', orm: 'typeorm' },
    'contracts-import-only-the-kernel',
  ),
  ...plant('libs/contracts/src', { query: '@nestjs/cqrs', kernel: '@app/kernel/money.js' }, null),

  ...plant('clients/typescript/src', { kernel: '@app/kernel/money.js', files: 'node:fs', orm: 'typeorm' }, 'clients-stand-alone'),
  ...plant('clients/typescript/src', { generated: './generated/index.js' }, null),
  ...plant('apps/api/src', { client: '../../../clients/typescript/src/generated/index.js' }, 'the-system-needs-no-client'),

  ...plant(
    'libs/kernel/src',
    { platform: '@app/platform/http/http-application.js', contract: '@app/contracts/payments.js', orm: 'typeorm', files: 'node:fs' },
    'kernel-stands-alone',
  ),
  ...plant('libs/kernel/src', { hash: 'node:crypto' }, null),
];

function cruise(folder: string): Violation[] {
  const cruiser = join(root, 'node_modules/.bin/depcruise');
  const args = [cruiser, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'apps', 'clients', 'libs'];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
  if (!stdout) throw new Error(stderr);
  return (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
}

const concerns = ({ from, cycle }: Violation, file: string): boolean => from === file || (cycle ?? []).some(({ name }) => name === file);

/** The names that a rule lists in the first brackets of a path. */
function namesIn(path: string | undefined): string[] {
  return /\(([\w|]+)\)/.exec(path ?? '')?.[1]?.split('|') ?? [];
}

const foldersOf = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

describe('The boundaries', () => {
  let project: string;
  let violations: Violation[];

  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), 'movie-reservation-boundaries-'));
    const write = (file: string, text: string) => {
      mkdirSync(dirname(join(project, file)), { recursive: true });
      writeFileSync(join(project, file), text);
    };
    for (const settings of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'])
      cpSync(join(root, settings), join(project, settings));
    for (const file of FIXTURES) write(file, 'export {};\n');
    for (const { file, imports } of PLANTS) write(file, `import type {} from '${imports}';\nexport {};\n`);
    violations = cruise(project);
  });

  afterAll(() => rmSync(project, { recursive: true, force: true }));

  it('every rule has a planted violation, and every planted violation has a rule', () => {
    const planted = new Set(PLANTS.flatMap(({ breaks }) => breaks ?? []));
    expect([...planted].sort()).toEqual(rules.map(({ name }) => name).sort());
  });

  it('no planted file replaces another or a fixture', () => {
    const files = [...FIXTURES, ...PLANTS.map(({ file }) => file)];
    expect(files.filter((file, index) => files.indexOf(file) !== index)).toEqual([]);
  });

  it.each(PLANTS.filter(({ breaks }) => breaks))('$breaks: $file may not import $imports', ({ file, breaks }) => {
    expect(violations.filter((violation) => concerns(violation, file)).map(({ rule }) => rule.name)).toEqual([breaks]);
  });

  it.each(PLANTS.filter(({ breaks }) => !breaks))('$file may import $imports', ({ file }) => {
    expect(violations.filter((violation) => concerns(violation, file))).toEqual([]);
  });

  it('every library is known to the rules', () => {
    const contexts = namesIn(rules.find(({ name }) => name === 'contexts-meet-only-in-contracts')!.from.path);
    const libraries = foldersOf('libs').filter((name) => !['kernel', 'contracts', 'platform'].includes(name));
    expect(libraries.filter((name) => !contexts.includes(name))).toEqual([]);
    expect(contexts.filter((name) => !existsSync(join(root, 'libs', name)))).toEqual([]);
  });

  it('every folder of the platform stands on a floor', () => {
    const floors = rules
      .filter(({ name }) => name.startsWith('nothing-below-imports-'))
      .flatMap(({ from, to }) => [...namesIn(from.path), ...namesIn(to.path)]);
    const folders = foldersOf('libs/platform/src').filter((name) => name !== 'testing');
    expect(folders.filter((name) => !floors.includes(name))).toEqual([]);
    expect([...new Set(floors)].filter((name) => !folders.includes(name))).toEqual([]);
  });

  it('the code keeps every rule', () => {
    expect(cruise(root).map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
  }, 60_000);
});
