/** Migrations run while the system serves: squawk looks at the SQL of each for statements that lock a table for long or break the version before. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { EXTENSIONS } from '../libs/platform/src/operations/findings/database-findings.js';
import { migrations } from '../migrations/index.js';

const SQUAWK = join(import.meta.dirname, '../node_modules/.bin/squawk');
/** The oldest version that the system runs on. */
const POSTGRESQL = '15';
/** Landed migrations are never changed. The ones before this were written without the lint, and no installation is older. */
const FIRST_LINTED = 20_261_126_124_010;
const LEFT_OUT = [
  // A migration is one transaction, and recorded: it is never half done.
  'prefer-robust-stmts',
  'prefer-bigint-over-int',
  // Moving rows may take long, and locks only them.
  'require-statement-timeout',
];

interface LintedMigration {
  readonly name: string;
  readonly statements: readonly string[];
  /** False: indexes are made concurrently, and wait for no lock that others wait for. */
  readonly isTransaction: boolean;
}

async function linted(migration: MigrationInterface): Promise<LintedMigration> {
  const statements: string[] = [];
  const query = (statement: string): Promise<unknown[]> => {
    statements.push(statement.trim().replace(/;?$/, ';'));
    return Promise.resolve([]);
  };
  await migration.up({ query } as unknown as QueryRunner);
  return { name: migration.name!, statements, isTransaction: migration.transaction !== false };
}

/** The rules that each migration breaks, by its name. All of a kind are looked at by one process: each start of squawk takes long. */
function brokenRules(all: readonly LintedMigration[]): Record<string, string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'movie-reservation-migrations-'));
  const broken: Record<string, string[]> = {};
  try {
    for (const isTransaction of [true, false]) {
      const kind = all.filter((each) => each.isTransaction === isTransaction);
      const files = kind.map(({ name, statements }) => {
        const file = join(folder, `${name}.sql`);
        writeFileSync(file, statements.join('\n'));
        return file;
      });
      for (const { file, rule_name } of files.length === 0 ? [] : squawk(files, { isTransaction }))
        (broken[basename(file, '.sql')] ??= []).push(rule_name);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return broken;
}

function squawk(files: readonly string[], { isTransaction }: { isTransaction: boolean }): { file: string; rule_name: string }[] {
  const leftOut = isTransaction ? LEFT_OUT : [...LEFT_OUT, 'require-lock-timeout'];
  const options = [...(isTransaction ? ['--assume-in-transaction'] : []), ...leftOut.flatMap((rule) => ['--exclude', rule])];
  const { stdout, stderr, error } = spawnSync(SQUAWK, ['--pg-version', POSTGRESQL, '--reporter', 'json', ...options, ...files], {
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  if (!stdout.startsWith('[')) throw new Error(`squawk said ${stdout}${stderr}`);
  return JSON.parse(stdout) as { file: string; rule_name: string }[];
}

const SET_LOCK_TIMEOUT = `SET LOCAL lock_timeout = '5s';`;
/** Each breaks the rule beside it. */
const PLANTED: readonly (readonly [what: string, statement: string, rule: string])[] = [
  ['an index that blocks writers', 'CREATE INDEX wide ON payments.payments (created_at);', 'require-concurrent-index-creation'],
  ['a column without a value for old rows', 'ALTER TABLE payments.payments ADD COLUMN note text NOT NULL;', 'adding-required-field'],
  ['a column of another type', 'ALTER TABLE payments.payments ALTER COLUMN amount TYPE bigint;', 'changing-column-type'],
  ['no column that the version before reads', 'ALTER TABLE payments.payments DROP COLUMN amount;', 'ban-drop-column'],
  ['no table that the version before reads', 'DROP TABLE payments.payment_checks;', 'ban-drop-table'],
  ['another name for a column', 'ALTER TABLE payments.payments RENAME COLUMN amount TO total;', 'renaming-column'],
  ['a check of every row', 'ALTER TABLE payments.payments ADD CONSTRAINT some CHECK (amount > 0);', 'constraint-missing-not-valid'],
  ['a value that becomes required', 'ALTER TABLE payments.payments ALTER COLUMN amount SET NOT NULL;', 'adding-not-nullable-field'],
];

describe('The migrations', () => {
  it('no migration locks a table for long or breaks the version before', async () => {
    const all = await Promise.all(migrations.map((type) => linted(new type())));
    const recent = all.filter(({ name }) => Number(/\d+$/.exec(name)![0]) >= FIRST_LINTED);
    const files = readdirSync(join(import.meta.dirname, '../migrations')).filter((file) => Number.parseInt(file, 10) >= FIRST_LINTED);
    expect(recent.map(({ name }) => /\d+$/.exec(name)![0])).toEqual(files.sort().map((file) => String(Number.parseInt(file, 10))));
    expect(brokenRules(recent)).toEqual({});
  });

  it('a migration that locks a table for long or breaks the version before is found', () => {
    const planted = PLANTED.map(([what, statement]) => ({ name: what, statements: [SET_LOCK_TIMEOUT, statement], isTransaction: true }));
    expect(brokenRules(planted)).toEqual(Object.fromEntries(PLANTED.map(([what, , rule]) => [what, [rule]])));
  });

  it('a migration that waits for a lock without a limit is found', () => {
    const waiting = { name: 'waiting', statements: ['ALTER TABLE payments.payments ADD COLUMN note text;'], isTransaction: true };
    const limited = { ...waiting, name: 'limited', statements: [SET_LOCK_TIMEOUT, ...waiting.statements] };
    expect(brokenRules([waiting, limited])).toEqual({ waiting: ['require-lock-timeout'] });
  });

  it('doctor asks for every extension that a migration creates', async () => {
    const statements = (await Promise.all(migrations.map((type) => linted(new type())))).flatMap((each) => each.statements);
    const created = statements.flatMap((text) => [...text.matchAll(/CREATE EXTENSION IF NOT EXISTS (\w+)/g)].map(([, name]) => name));
    expect([...EXTENSIONS].sort()).toEqual([...new Set(created)].sort());
  });
});
