/** Finds the subcommand, runs it, and turns what went wrong into a sentence and an exit code: 0 done, 1 not done, 2 asked wrongly. */
import { DomainError } from '@app/kernel/domain-error.js';
import { SettingsInvalid } from '@app/platform/config/settings.js';
import { advanceClock } from './advance-clock.js';
import { createAdmin } from './create-admin.js';
import { importCatalogue } from './import-catalogue.js';
import { runMigrations } from './migrate.js';
import { BadArguments, Failed, type Subcommand, type Terminal } from './subcommand.js';

const subcommands: readonly Subcommand[] = [runMigrations, createAdmin, importCatalogue, advanceClock];

export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    help().forEach((line) => terminal.say(line));
    return 0;
  }
  const subcommand = subcommands.find((candidate) => candidate.name === name);
  if (subcommand === undefined) {
    terminal.warn(`There is no command "${name}".`);
    help().forEach((line) => terminal.warn(line));
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.say(`${subcommand.name} ${subcommand.usage}\n  ${subcommand.summary}`);
    return 0;
  }
  try {
    await subcommand.run(rest, terminal);
    return 0;
  } catch (error) {
    terminal.warn(sentenceOf(error));
    if (!(error instanceof BadArguments)) return 1;
    terminal.warn(`Usage: ${subcommand.name} ${subcommand.usage}`);
    return 2;
  }
}

function help(): string[] {
  const width = Math.max(...subcommands.map(({ name, usage }) => `${name} ${usage}`.length));
  return [
    'Commands:',
    ...subcommands.map(({ name, usage, summary }) => `  ${`${name} ${usage}`.padEnd(width)}  ${summary}`),
    `  ${'help'.padEnd(width)}  This list`,
  ];
}

function sentenceOf(error: unknown): string {
  if (error instanceof BadArguments || error instanceof Failed || error instanceof DomainError || error instanceof SettingsInvalid) {
    return error.message;
  }
  const { code, address, port, message } = causeOf(error);
  if (code === 'ECONNREFUSED') return `Nothing answers at ${address}:${port}: is the database running, and is DATABASE_URL right?`;
  if (code === '42P01' || code === '3F000') return 'This database is not up to date. Run "migrate" first.';
  if (code === '28P01' || code === '3D000' || code === 'ENOTFOUND') return `The database cannot be reached: ${message}.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

interface Cause {
  code?: string;
  address?: string;
  port?: number;
  message?: string;
}

/** TypeORM wraps the driver's error; Node gathers those of several addresses. */
function causeOf(error: unknown): Cause {
  const outer = (typeof error === 'object' && error !== null ? error : {}) as Cause & { driverError?: Cause; errors?: Cause[] };
  return outer.driverError ?? outer.errors?.[0] ?? outer;
}
