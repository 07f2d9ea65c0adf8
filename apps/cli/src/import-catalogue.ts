import { CommandBus } from '@nestjs/cqrs';
import { ImportMovies } from '@app/movies';
import { readCatalogue } from './catalogue/read-catalogue.js';
import { FIELDS, type ColumnNames, type Field, isField } from './catalogue/film-of-record.js';
import { argumentsOf, BadArguments, Failed, type Subcommand } from './subcommand.js';
import { toolSettings, withTool } from './tool.js';

const FAULTS_SHOWN = 50;
const LOCK_NOT_AVAILABLE = '55P03';

export const importCatalogue: Subcommand = {
  name: 'import-catalogue',
  usage: 'FILE [--map FIELD=COLUMN]…',
  summary: `Add the films of a JSON or CSV file, all or none; fields: ${FIELDS.join(', ')}`,
  async run(args, { env, say }) {
    const { positionals, values } = argumentsOf(args, { allowPositionals: true, options: { map: { type: 'string', multiple: true } } });
    const [file, extra] = positionals;
    if (file === undefined) throw new BadArguments('FILE is missing.');
    if (extra !== undefined) throw new BadArguments(`There is one argument too many: "${extra}".`);
    const columns = columnNames(values.map ?? []);
    const settings = toolSettings(env);

    const { entries, faults } = await readCatalogue(file, columns);
    if (faults.length > 0) throw new Failed(report(faults));
    if (entries.length === 0) throw new Failed(`There is no film in ${file}.`);

    const imported = await withTool(settings, (tool) => tool.get(CommandBus, { strict: false }).execute(new ImportMovies(entries))).catch(
      (error: unknown) => {
        if ((error as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error;
        throw new Failed('Another import is under way. Nothing was imported; try again when it has ended.');
      },
    );
    say(`Added ${counted(imported.added, 'film')} and ${counted(imported.genresAdded, 'genre')}; ${imported.alreadyThere} already there.`);
  },
};

function columnNames(maps: readonly string[]): ColumnNames {
  const names: Partial<Record<Field, string>> = {};
  for (const map of maps) {
    const cut = map.indexOf('=');
    const [field, column] = [map.slice(0, cut), map.slice(cut + 1)];
    if (cut < 1 || column === '') throw new BadArguments(`--map takes FIELD=COLUMN, not "${map}".`);
    if (!isField(field)) throw new BadArguments(`--map ${map}: there is no field "${field}". Fields are ${FIELDS.join(', ')}.`);
    if (names[field] !== undefined) throw new BadArguments(`--map gives the field ${field} twice.`);
    names[field] = column;
  }
  return names;
}

function report(faults: readonly string[]): string {
  const more = faults.length - FAULTS_SHOWN;
  return [
    `Nothing was imported: ${counted(faults.length, 'fault')}.`,
    ...faults.slice(0, FAULTS_SHOWN).map((fault) => `  ${fault}`),
    ...(more > 0 ? [`  … and ${more} more`] : []),
  ].join('\n');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
