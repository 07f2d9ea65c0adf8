/** One record of a foreign catalogue, made into a film: everything wrong with it at once, field by field. */
import { type CatalogueEntry, FILM_LIMITS, isReleaseDate } from '@app/movies';

export const FIELDS = ['title', 'description', 'runtimeMinutes', 'releaseDate', 'ageRating', 'genres'] as const;
export type Field = (typeof FIELDS)[number];
export const REQUIRED: readonly Field[] = ['title', 'description', 'runtimeMinutes'];

/** What a field is called in the file, where it is not called by its own name. */
export type ColumnNames = Readonly<Partial<Record<Field, string>>>;

export interface FieldFault {
  readonly field: Field;
  readonly problem: string;
}

/** Text from CSV, any JSON value from JSON; undefined and null where there is none. */
export type FilmRecord = Readonly<Partial<Record<Field, unknown>>>;

/** How MySQL and IMDb write that there is nothing. */
const NOTHING = '\\N';

export function isField(name: string): name is Field {
  return (FIELDS as readonly string[]).includes(name);
}

export function filmOfRecord(record: FilmRecord): { film: CatalogueEntry } | { faults: FieldFault[] } {
  const faults: FieldFault[] = [];
  const read = <T>(field: Field, reader: (value: unknown) => T): T | undefined => {
    try {
      const given = record[field] ?? null;
      const value = given === NOTHING ? null : given;
      if (value === null && REQUIRED.includes(field)) throw new Wrong('is missing');
      return reader(value);
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      faults.push({ field, problem: error.message });
      return undefined;
    }
  };
  const title = read('title', (value) => text(value, FILM_LIMITS.title, 'is empty'));
  const description = read('description', (value) => text(value, FILM_LIMITS.description));
  const runtimeMinutes = read('runtimeMinutes', runtime);
  const releaseDate = read('releaseDate', day);
  const ageRating = read('ageRating', (value) => (isBlank(value) ? null : text(value, FILM_LIMITS.ageRating)));
  const genres = read('genres', genreNames);
  if (title === undefined || description === undefined || runtimeMinutes === undefined) return { faults };
  if (releaseDate === undefined || ageRating === undefined || genres === undefined) return { faults };
  return { film: { title, description, runtimeMinutes, releaseDate, ageRating, genres } };
}

/** Only for the road from a reader to `filmOfRecord`. */
class Wrong extends Error {}

function isBlank(value: unknown): boolean {
  return value === null || (typeof value === 'string' && value.trim() === '');
}

function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing';
  return json.length > 60 ? `${json.slice(0, 57)}…` : json;
}

function text(value: unknown, max: number, whenEmpty?: string): string {
  if (typeof value !== 'string' && typeof value !== 'number') throw new Wrong(`must be text, not ${shown(value)}`);
  const tidied = String(value).normalize('NFC').trim();
  if (tidied === '' && whenEmpty !== undefined) throw new Wrong(whenEmpty);
  if ([...tidied].length > max) throw new Wrong(`has ${[...tidied].length} characters; ${max} are allowed`);
  if (tidied.includes('\0') || !tidied.isWellFormed()) throw new Wrong('holds NUL or broken characters');
  return tidied;
}

/** `142`, `142 min`, `2h 22m`, `2 hours 22 minutes`, `PT2H22M`. */
const RUNTIME = /^(?:pt)?(?:(\d{1,3})\s*(?:hours?|hrs?|h)\.?\s*)?(?:(\d{1,5})(?:\.0+)?\s*(?:minutes?|mins?|m)?\.?)?$/i;

function runtime(value: unknown): number {
  const written = typeof value === 'number' ? String(value) : value;
  if (typeof written === 'string' && written.trim() === '') throw new Wrong('is empty');
  const [, hours, minutes] = (typeof written === 'string' ? RUNTIME.exec(written.trim()) : null) ?? [];
  if (hours === undefined && minutes === undefined)
    throw new Wrong(`${shown(value)} is not a running time like 142, "142 min" or "2h 22m"`);
  const total = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  if (total < 1 || total > FILM_LIMITS.runtimeMinutes) throw new Wrong(`must be 1 to ${FILM_LIMITS.runtimeMinutes} minutes, not ${total}`);
  return total;
}

/** A year alone means its first day; the time of day behind a date means nothing. */
function day(value: unknown): string | null {
  if (isBlank(value)) return null;
  const written = typeof value === 'number' ? String(value) : value;
  const date =
    typeof written === 'string'
      ? written
          .trim()
          .replace(/^\d{4}$/, '$&-01-01')
          .replace(/^(\d{4}-\d\d-\d\d)[T ]\d\d:.*$/, '$1')
      : '';
  if (!isReleaseDate(date)) throw new Wrong(`${shown(value)} is not a day like "2016-11-11" or a year from 1888 on`);
  return date;
}

/** A list of names or of objects with a `name`, also written as JSON, or names in one text. */
function genreNames(value: unknown): string[] {
  if (isBlank(value)) return [];
  const written = typeof value === 'string' ? namesIn(value) : value;
  if (!Array.isArray(written)) throw new Wrong(`must be a list of names, not ${shown(value)}`);
  if (written.length > FILM_LIMITS.genres) throw new Wrong(`has ${written.length} names; ${FILM_LIMITS.genres} are allowed`);
  return written.map((entry: unknown) => {
    const name = typeof entry === 'object' && entry !== null && 'name' in entry ? entry.name : entry;
    if (typeof name !== 'string' || name.trim() === '') throw new Wrong(`${shown(entry)} is not the name of a genre`);
    return text(name, FILM_LIMITS.genreName);
  });
}

/** JSON in brackets; otherwise parted by bars, or else by semicolons, or else by commas. */
function namesIn(written: string): unknown {
  if (written.trimStart().startsWith('[')) return jsonIn(written);
  const separator = ['|', ';'].find((each) => written.includes(each)) ?? ',';
  return written.split(separator).filter((name) => name.trim() !== '');
}

function jsonIn(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    throw new Wrong(`${shown(written)} is not a list in JSON`);
  }
}
