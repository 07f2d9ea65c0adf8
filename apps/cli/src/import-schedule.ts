/** `import-schedule`: schedules the showtimes of a file, all or none of them, and names every fault. */
import { createReadStream } from 'node:fs';
import { QueryBus } from '@nestjs/cqrs';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import {
  ImportSchedule,
  MAX_SCHEDULE_BYTES,
  readSchedule,
  ScheduleDryRun,
  type ScheduleFault,
  type ScheduleImportView,
  ScheduleRefused,
} from '@app/showtimes';
import { cliSettings, withCli } from './cli.module.js';
import { withProgress } from './progress.js';
import { CommandFailed, InvalidArguments, parseArguments, type Subcommand } from './subcommand.js';

const FAULTS_SHOWN = 50;
/** PostgreSQL's error code when a lock was not free in time. */
const LOCK_NOT_AVAILABLE = '55P03';

export const importSchedule: Subcommand = {
  name: 'import-schedule',
  usage: 'FILE|- [--dry-run]',
  summary:
    'Schedule the showtimes of a CSV, JSON or NDJSON file, or of standard input, all or none; columns: movie, theatre, room, startsAt, standard, premium, salesOpenAt',
  async run(args, terminal) {
    const { positionals, values } = parseArguments(args, { allowPositionals: true, options: { 'dry-run': { type: 'boolean' } } });
    const [file, extra] = positionals;
    if (file === undefined) throw new InvalidArguments('FILE is missing.');
    if (extra !== undefined) throw new InvalidArguments(`There is one argument too many: "${extra}".`);
    const settings = cliSettings(terminal.env);
    const bytes = await bytesOf(file, file === '-' ? terminal.stdin : createReadStream(file));
    const command = new ImportSchedule(null, await readSchedule(bytes, { isJsonLines: /\.(ndjson|jsonl)$/i.test(file) }));

    const imported = await withProgress(terminal, 'rows to schedule', ({ advance }) => {
      advance(command.file.rows.length);
      return withCli<ScheduleImportView>(settings, (modules) =>
        values['dry-run'] === true
          ? modules.get(QueryBus, { strict: false }).execute(new ScheduleDryRun(command))
          : modules.get(AdminCommands).execute(command),
      );
    }).catch((error: unknown): never => {
      if (error instanceof ScheduleRefused) throw new CommandFailed(faultReport(error.details as unknown as Faults));
      if (codeOf(error) !== LOCK_NOT_AVAILABLE) throw error;
      throw new CommandFailed('Somebody else schedules in these rooms. Nothing was imported; try again when that has ended.');
    });
    if (!imported.possible) throw new CommandFailed(faultReport(imported));
    for (const { line, pointer, showtimeId, fields } of imported.differences)
      terminal.printError(`Stays as it is: ${placeOf({ line, pointer })}: showtime ${showtimeId} differs in ${fields.join(', ')}`);
    terminal.print(resultOf(imported));
  },
};

type Faults = Pick<ScheduleImportView, 'faultCount'> & { readonly faults: readonly ScheduleFault[] };

async function bytesOf(file: string, source: AsyncIterable<Buffer | string>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of source) {
      const bytes = Buffer.from(chunk);
      length += bytes.length;
      if (length > MAX_SCHEDULE_BYTES) throw new CommandFailed(`A schedule may have at most ${MAX_SCHEDULE_BYTES / 1_024} KiB.`);
      chunks.push(bytes);
    }
  } catch (error) {
    if (error instanceof CommandFailed) throw error;
    throw new CommandFailed(`${file} cannot be read: ${(error as Error).message}.`);
  }
  return Buffer.concat(chunks);
}

function resultOf({ dryRun, added, alreadyThere }: ScheduleImportView): string {
  return `${dryRun ? 'Would add' : 'Added'} ${counted(added, 'showtime')}; ${alreadyThere} already there.`;
}

function faultReport({ faultCount, faults }: Faults): string {
  const more = faultCount - Math.min(faults.length, FAULTS_SHOWN);
  return [
    `Nothing was imported: ${counted(faultCount, 'fault')}.`,
    ...faults
      .slice(0, FAULTS_SHOWN)
      .map(({ field, message, ...place }) => `  ${placeOf(place)}${field === null ? '' : `, ${field}`}: ${message}`),
    ...(more > 0 ? [`  … and ${more} more`] : []),
  ].join('\n');
}

function placeOf({ line, pointer }: { readonly line: number | null; readonly pointer: string | null }): string {
  if (line === null) return pointer ?? 'the file';
  return pointer === null ? `line ${line}` : `${pointer} (line ${line})`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** TypeORM wraps the driver's error. */
function codeOf(error: unknown): unknown {
  const outer = error as { code?: unknown; driverError?: { code?: unknown } };
  return outer.driverError?.code ?? outer.code;
}
