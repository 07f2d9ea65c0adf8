/** Turns one record of a catalogue file into a movie, or reports every fault of the record, field by field. */
import { characterCount, isBlank as showsNothing } from '@app/kernel/text.js';
import { type CatalogueEntry, MOVIE_LIMITS, isReleaseDate } from '@app/movies';
import { isMissing } from '@app/platform/files/missing-values.js';
import { parsePrinted } from './printed-list.js';

export const FIELDS = ['title', 'description', 'runtimeMinutes', 'releaseDate', 'ageRating', 'genres'] as const;
export type Field = (typeof FIELDS)[number];
export const REQUIRED_FIELDS: readonly Field[] = ['title', 'description', 'runtimeMinutes'];

/** The names of the columns in the file that are not called like their fields. */
export type ColumnNames = Readonly<Partial<Record<Field, string>>>;

interface FieldFault {
  readonly field: Field;
  readonly problem: string;
}

/** CSV gives text and JSON any value. A field without a value is undefined or null. */
export type MovieRecord = Readonly<Partial<Record<Field, unknown>>>;

const MAX_SHOWN_CHARACTERS = 60;
/** MovieLens writes it where there is nothing. */
const NO_GENRES: ReadonlySet<string> = new Set(['(no genres listed)']);

export function isField(name: string): name is Field {
  return (FIELDS as readonly string[]).includes(name);
}

export function movieFromRecord(record: MovieRecord): { movie: CatalogueEntry } | { faults: FieldFault[] } {
  const faults: FieldFault[] = [];
  const read = <T>(field: Field, readValue: (value: unknown) => T): T | undefined => {
    try {
      const value = isMissing(record[field], NO_GENRES) ? null : record[field];
      if (value === null && REQUIRED_FIELDS.includes(field)) throw new InvalidValue('is missing');
      return readValue(value);
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error;
      faults.push({ field, problem: error.message });
      return undefined;
    }
  };
  const title = read('title', (value) => readText(value, { maxCharacters: MOVIE_LIMITS.title, mayBeEmpty: false }));
  const description = read('description', (value) => readText(value, { maxCharacters: MOVIE_LIMITS.description }));
  const runtimeMinutes = read('runtimeMinutes', readRuntimeMinutes);
  const releaseDate = read('releaseDate', readDay);
  const ageRating = read('ageRating', (value) => (isBlank(value) ? null : readText(value, { maxCharacters: MOVIE_LIMITS.ageRating })));
  const genres = read('genres', readGenres);
  if (title === undefined || description === undefined || runtimeMinutes === undefined) return { faults };
  if (releaseDate === undefined || ageRating === undefined || genres === undefined) return { faults };
  return { movie: { title, description, runtimeMinutes, releaseDate, ageRating, genres } };
}

/** Thrown by the readers of this file and caught by `movieFromRecord` only. */
class InvalidValue extends Error {}

function isBlank(value: unknown): boolean {
  return value === null || (typeof value === 'string' && value.trim() === '');
}

function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing';
  return json.length > MAX_SHOWN_CHARACTERS ? `${json.slice(0, MAX_SHOWN_CHARACTERS - 3)}…` : json;
}

function readText(value: unknown, { maxCharacters, mayBeEmpty = true }: { maxCharacters: number; mayBeEmpty?: boolean }): string {
  if (typeof value !== 'string' && typeof value !== 'number') throw new InvalidValue(`must be text, not ${shown(value)}`);
  const text = String(value).normalize('NFC').trim();
  if (text === '' && !mayBeEmpty) throw new InvalidValue('is empty');
  const characters = characterCount(text);
  if (characters > maxCharacters) throw new InvalidValue(`has ${characters} characters; ${maxCharacters} are allowed`);
  if (!mayBeEmpty && showsNothing(text)) throw new InvalidValue('shows nothing');
  if (text.includes('\0') || !text.isWellFormed()) throw new InvalidValue('contains NUL or broken characters');
  return text;
}

/** `142`, `142 min`, `2h 22m`, `2 hours 22 minutes`, `PT2H22M`. */
const RUNTIME = /^(?:pt)?(?:(\d{1,3})\s*(?:hours?|hrs?|h)\.?\s*)?(?:(\d{1,5})(?:\.0+)?\s*(?:minutes?|mins?|m)?\.?)?$/i;

function readRuntimeMinutes(value: unknown): number {
  const written = typeof value === 'number' ? String(value) : value;
  if (typeof written === 'string' && written.trim() === '') throw new InvalidValue('is empty');
  const [, hours, minutes] = (typeof written === 'string' ? RUNTIME.exec(written.trim()) : null) ?? [];
  if (hours === undefined && minutes === undefined) {
    throw new InvalidValue(`${shown(value)} is not a running time like 142, "142 min" or "2h 22m"`);
  }
  const total = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  const max = MOVIE_LIMITS.runtimeMinutes;
  if (total < 1 || total > max) throw new InvalidValue(`must be 1 to ${max} minutes, not ${total}`);
  return total;
}

/** A year alone is read as its first day. A time of day after the date is dropped. */
function readDay(value: unknown): string | null {
  if (isBlank(value)) return null;
  const written = typeof value === 'number' ? String(value) : value;
  const date =
    typeof written === 'string'
      ? written
          .trim()
          .replace(/^\d{4}$/, '$&-01-01')
          .replace(/^(\d{4}-\d\d-\d\d)[T ]\d\d:.*$/, '$1')
      : '';
  if (!isReleaseDate(date)) throw new InvalidValue(`${shown(value)} is not a day like "2016-11-11" or a year from 1888 on`);
  return date;
}

/** Reads a list of names, a list of objects with a `name`, either of them written as JSON, or a text of several names. */
function readGenres(value: unknown): string[] {
  if (isBlank(value)) return [];
  const names = typeof value === 'string' ? splitNames(value) : value;
  if (!Array.isArray(names)) throw new InvalidValue(`must be a list of names, not ${shown(value)}`);
  if (names.length > MOVIE_LIMITS.genres) throw new InvalidValue(`has ${names.length} names; ${MOVIE_LIMITS.genres} are allowed`);
  return names
    .map(nameOfEntry)
    .filter((name) => !isMissing(name, NO_GENRES))
    .map((name) => {
      if (typeof name !== 'string' || name.trim() === '') throw new InvalidValue(`${shown(name)} is not the name of a genre`);
      return readText(name, { maxCharacters: MOVIE_LIMITS.genreName, mayBeEmpty: false });
    });
}

/**
 * Text in brackets or braces is a list in JSON, or as Python prints it; in parentheses it may be one. Other text is split at bars, else at semicolons,
 * else at commas.
 */
function splitNames(written: string): unknown {
  const first = written.trimStart()[0] ?? '';
  const list = '[{('.includes(first) ? parsePrinted(written) : undefined;
  if (Array.isArray(list)) return list;
  if (first === '[' || first === '{') throw new InvalidValue(`${shown(written)} is not a list in JSON`);
  const separator = ['|', ';'].find((each) => written.includes(each)) ?? ',';
  return written.split(separator).filter((name) => name.trim() !== '');
}

function nameOfEntry(entry: unknown): unknown {
  return typeof entry === 'object' && entry !== null && 'name' in entry ? entry.name : entry;
}
