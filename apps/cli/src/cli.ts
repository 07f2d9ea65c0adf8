/** Finds the subcommand, runs it, and turns a failure into a message and an exit code: 0 done, 1 failed, 2 wrong arguments. */
import { DomainError } from '@app/kernel/domain-error.js';
import { SettingsInvalid } from '@app/platform/config/load-settings.js';
import { isDatabaseAway } from '@app/platform/persistence/database-errors.js';
import { advanceClock } from './advance-clock.js';
import { backup } from './backup.js';
import { createAdmin } from './create-admin.js';
import { deadLetters } from './dead-letters.js';
import { doctor } from './doctor.js';
import { endSessions } from './end-sessions.js';
import { eraseUser } from './erase-user.js';
import { importCatalogue } from './import-catalogue.js';
import { importSchedule } from './import-schedule.js';
import { runMigrations } from './migrate.js';
import { outbox } from './outbox.js';
import { posters } from './posters.js';
import { reconcile } from './reconcile.js';
import { rebuildReports } from './rebuild-reports.js';
import { refunds } from './refunds.js';
import { resetClock } from './reset-clock.js';
import { retention } from './retention.js';
import { stripeEvents } from './stripe-events.js';
import { subscriberTest } from './subscriber-test.js';
import { CommandFailed, InvalidArguments, type Subcommand, type Terminal } from './subcommand.js';

const SUBCOMMANDS: readonly Subcommand[] = [
  doctor,
  runMigrations,
  createAdmin,
  endSessions,
  eraseUser,
  importCatalogue,
  importSchedule,
  rebuildReports,
  refunds,
  stripeEvents,
  outbox,
  deadLetters,
  reconcile,
  retention,
  backup,
  posters,
  subscriberTest,
  advanceClock,
  resetClock,
];

export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    helpLines().forEach((line) => terminal.print(line));
    return 0;
  }
  const subcommand = SUBCOMMANDS.find((candidate) => candidate.name === name);
  if (subcommand === undefined) {
    terminal.printError(`There is no command "${name}".`);
    helpLines().forEach((line) => terminal.printError(line));
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.print(`${usageOf(subcommand)}\n  ${subcommand.summary}`);
    return 0;
  }
  try {
    if (rest.includes('--json')) await runAsJson(subcommand, rest, terminal);
    else await subcommand.run(rest, terminal);
    return 0;
  } catch (error) {
    terminal.printError(messageOf(error));
    if (!(error instanceof InvalidArguments)) return 1;
    terminal.printError(`Usage: ${usageOf(subcommand)}`);
    return 2;
  }
}

/**
 * What the command prints is one JSON document, for programs: no line of progress. Its failures stay sentences, and its exit code is the same.
 */
async function runAsJson(subcommand: Subcommand, args: readonly string[], terminal: Terminal): Promise<void> {
  const { showProgress: _none, ...withoutProgress } = terminal;
  if (subcommand.printsJson === true) return subcommand.run(args, withoutProgress);
  const messages: string[] = [];
  await subcommand.run(
    args.filter((argument) => argument !== '--json'),
    { ...withoutProgress, print: (line) => messages.push(line) },
  );
  terminal.print(JSON.stringify({ messages }));
}

function usageOf({ name, usage, printsJson = false }: Subcommand): string {
  return `${name} ${usage}${printsJson ? '' : ' [--json]'}`.replace('  ', ' ');
}

function helpLines(): string[] {
  const width = Math.max(...SUBCOMMANDS.map((subcommand) => usageOf(subcommand).length));
  return [
    'Commands:',
    ...SUBCOMMANDS.map((subcommand) => `  ${usageOf(subcommand).padEnd(width)}  ${subcommand.summary}`),
    `  ${'help'.padEnd(width)}  Show this list`,
  ];
}

function messageOf(error: unknown): string {
  const isWrittenForUsers =
    error instanceof InvalidArguments || error instanceof CommandFailed || error instanceof DomainError || error instanceof SettingsInvalid;
  if (isWrittenForUsers) return error.message;
  const { code, address, port, message } = causeOf(error);
  if (code === 'ECONNREFUSED') return `Nothing answers at ${address}:${port}: is the database running, and is DATABASE_URL right?`;
  // undefined_table, invalid_schema_name
  if (code === '42P01' || code === '3F000') return 'This database is not up to date. Run "migrate" first.';
  // invalid_catalog_name
  if (code === '3D000' || isDatabaseAway(causeOf(error))) return `The database cannot be reached: ${message}.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

interface Cause {
  code?: string;
  address?: string;
  port?: number;
  message?: string;
}

/** TypeORM wraps the driver's error. Node collects the errors of several addresses in one. */
function causeOf(error: unknown): Cause {
  const outer = (typeof error === 'object' && error !== null ? error : {}) as Cause & { driverError?: Cause; errors?: Cause[] };
  return outer.driverError ?? outer.errors?.[0] ?? outer;
}
