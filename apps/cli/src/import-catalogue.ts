/** `import-catalogue`: adds the movies of a file, and names every row that it left out. */
import { type CatalogueEntry, type ImportedCatalogue, ImportMovies, type LeftOutEntry } from '@app/movies';
import type { LoadedSettings } from '@app/platform/config/load-settings.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { type ColumnNames, type Field, FIELDS, isField } from './catalogue/movie-from-record.js';
import { type Catalogue, readCatalogue } from './catalogue/read-catalogue.js';
import { standardInputAsFile } from './catalogue/standard-input.js';
import { cliSettings, withCli } from './cli.module.js';
import { withProgress } from './progress.js';
import { CommandFailed, InvalidArguments, parseArguments, type Subcommand } from './subcommand.js';

const OPTIONS = {
  map: { type: 'string', multiple: true },
  /** Imports the movies that can be read, and names the others. */
  'skip-faulty': { type: 'boolean' },
  /** Takes every movie of the file, also two with one title and year. */
  'take-duplicates': { type: 'boolean' },
} as const;
const FAULTS_SHOWN = 50;
/** PostgreSQL's error code when a lock was not free in time. */
const LOCK_NOT_AVAILABLE = '55P03';

export const importCatalogue: Subcommand = {
  name: 'import-catalogue',
  usage: 'FILE|- [--map FIELD=COLUMN]… [--skip-faulty] [--take-duplicates]',
  summary: `Add the movies of a JSON, NDJSON, CSV or TSV file, or of standard input; fields: ${FIELDS.join(', ')}`,
  async run(args, terminal) {
    const { positionals, values } = parseArguments(args, { allowPositionals: true, options: OPTIONS });
    const [file, extra] = positionals;
    if (file === undefined) throw new InvalidArguments('FILE is missing.');
    if (extra !== undefined) throw new InvalidArguments(`There is one argument too many: "${extra}".`);
    const columns = columnNames(values.map ?? []);
    const settings = cliSettings(terminal.env);

    const read = (path: string): Promise<Catalogue> =>
      withProgress(terminal, 'of the file read', ({ advance }) => readCatalogue(path, columns, advance));
    const { entries, positions, faults } = await (file === '-' ? standardInputAsFile(terminal.stdin, read) : read(file));
    const skipsFaulty = values['skip-faulty'] === true;
    if (faults.length > 0 && !skipsFaulty) throw new CommandFailed(faultReport(faults));
    for (const fault of faults) terminal.printError(`Left out: ${fault}`);
    if (entries.length === 0) throw new CommandFailed(`There is no movie in ${file === '-' ? 'standard input' : file}.`);

    const takeSameTitleAndYear = values['take-duplicates'] === true;
    const imported = await withProgress(terminal, 'movies to store', ({ advance }) => {
      advance(entries.length);
      return importEntries(settings, new ImportMovies(entries, { takeSameTitleAndYear }));
    });
    for (const leftOut of imported.leftOut) terminal.printError(leftOutReport(leftOut, entries, positions));
    terminal.print(
      `Added ${counted(imported.added, 'movie')} and ${counted(imported.genresAdded, 'genre')}; ${imported.alreadyThere} already there.`,
    );
  },
};

async function importEntries(settings: LoadedSettings, command: ImportMovies): Promise<ImportedCatalogue> {
  try {
    return await withCli(settings, (modules) => modules.get(AdminCommands).execute(command));
  } catch (error) {
    if ((error as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error;
    throw new CommandFailed('Another import is running. Nothing was imported; try again when it has ended.');
  }
}

function columnNames(maps: readonly string[]): ColumnNames {
  const names: Partial<Record<Field, string>> = {};
  for (const map of maps) {
    const equalsAt = map.indexOf('=');
    const [field, column] = [map.slice(0, equalsAt), map.slice(equalsAt + 1)];
    if (equalsAt < 1 || column === '') throw new InvalidArguments(`--map takes FIELD=COLUMN, not "${map}".`);
    if (!isField(field)) throw new InvalidArguments(`--map ${map}: there is no field "${field}". Fields are ${FIELDS.join(', ')}.`);
    if (names[field] !== undefined) throw new InvalidArguments(`--map gives the field ${field} twice.`);
    names[field] = column;
  }
  return names;
}

function faultReport(faults: readonly string[]): string {
  const more = faults.length - FAULTS_SHOWN;
  return [
    `Nothing was imported: ${counted(faults.length, 'fault')}.`,
    ...faults.slice(0, FAULTS_SHOWN).map((fault) => `  ${fault}`),
    ...(more > 0 ? [`  … and ${more} more`] : []),
  ].join('\n');
}

function leftOutReport({ index, sameAs }: LeftOutEntry, entries: readonly CatalogueEntry[], positions: readonly string[]): string {
  const { title, releaseDate } = entries[index]!;
  const movie = `"${title}" (${releaseDate?.slice(0, 4) ?? 'no year'})`;
  const reason = sameAs === null ? 'is already stored' : `has the title and year of ${positions[sameAs]}; --take-duplicates takes both`;
  return `Left out: ${positions[index]}: ${movie} ${reason}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
