/** Reads a whole catalogue file and reports every fault in it with its position, its field and the reason. */
import { open } from 'node:fs/promises';
import type { CatalogueEntry } from '@app/movies';
import { CommandFailed } from '../subcommand.js';
import { csvRecords } from '@app/platform/files/csv-records.js';
import { type JsonItem, jsonItems, NotJsonArray } from '@app/platform/files/json-items.js';
import { jsonLines } from '@app/platform/files/json-lines.js';
import { type ColumnNames, type Field, FIELDS, movieFromRecord, type MovieRecord, REQUIRED_FIELDS } from './movie-from-record.js';
import { InvalidUtf8, utf8Lines } from '@app/platform/files/utf8.js';

/** IMDb's files begin with `tconst` and have no quoting. */
const KNOWN_FILES = { quotesAreLettersAfter: /^tconst\t/i };

export interface Catalogue {
  readonly entries: readonly CatalogueEntry[];
  /** Where each entry stands in the file, like `line 12`. */
  readonly positions: readonly string[];
  /** What is not among the entries: lines like `line 12, runtimeMinutes: …`. */
  readonly faults: readonly string[];
}

/** Bytes from the beginning of the file that decide between CSV and JSON and between the separators of CSV. */
const START_BYTES = 65_536;

/** Reads CSV, a JSON array or one JSON object a line: the file's name decides, or else how it begins. Throws `CommandFailed` when the file cannot be opened. */
export async function readCatalogue(
  file: string,
  columns: ColumnNames,
  onProgress: (bytes: number, total: number) => void = () => undefined,
): Promise<Catalogue> {
  const handle = await open(file).catch((error: unknown) => {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message;
    throw new CommandFailed(`${file} cannot be read: ${reason}.`);
  });
  const catalogue: CollectedCatalogue = { entries: [], positions: [], faults: [] };
  try {
    const stat = await handle.stat();
    if (stat.isDirectory()) throw new CommandFailed(`${file} cannot be read: it is a folder.`);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(START_BYTES), 0, START_BYTES, 0);
    const start = buffer.subarray(0, bytesRead);
    const stream = handle.createReadStream({ start: 0, autoClose: false }) as AsyncIterable<Buffer>;
    const bytes = utf8Lines(counted(stream, (done) => onProgress(done, stat.size)));
    if (isJsonLines(file, start, columns)) await readJson(jsonLines(bytes), columns, catalogue);
    else if (isJson(file, start)) await readJson(jsonItems(bytes), columns, catalogue);
    else await readCsv({ bytes, start: start.toString('utf8') }, columns, catalogue);
  } catch (error) {
    if (!(error instanceof InvalidUtf8 || error instanceof NotJsonArray)) throw error;
    catalogue.faults.push(error.message);
  } finally {
    await handle.close();
  }
  return catalogue;
}

async function* counted(source: AsyncIterable<Buffer>, onBytes: (done: number) => void): AsyncGenerator<Buffer> {
  let done = 0;
  for await (const chunk of source) {
    done += chunk.length;
    onBytes(done);
    yield chunk;
  }
}

type CollectedCatalogue = { entries: CatalogueEntry[]; positions: string[]; faults: string[] };

/** `position` tells a reader of the fault where the record is. */
function addRecord(catalogue: CollectedCatalogue, position: string, record: MovieRecord): void {
  const result = movieFromRecord(record);
  if ('movie' in result) {
    catalogue.entries.push(result.movie);
    catalogue.positions.push(position);
  } else {
    catalogue.faults.push(...result.faults.map(({ field, problem }) => `${position}, ${field}: ${problem}`));
  }
}

async function readJson(items: AsyncIterable<JsonItem>, columns: ColumnNames, catalogue: CollectedCatalogue): Promise<void> {
  for await (const { index, line, text } of items) {
    const position = `index ${index} (line ${line})`;
    const item = parseJson(text);
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      catalogue.faults.push(`${position}: ${item === undefined ? 'is not JSON' : 'must be an object'}`);
      continue;
    }
    const given = item as Readonly<Record<string, unknown>>;
    addRecord(catalogue, position, Object.fromEntries(FIELDS.map((field) => [field, ownProperty(given, columns[field] ?? field)])));
  }
}

interface CsvSource {
  readonly bytes: AsyncIterable<Buffer>;
  readonly start: string;
}

async function readCsv({ bytes, start }: CsvSource, columns: ColumnNames, catalogue: CollectedCatalogue): Promise<void> {
  let header: { readonly width: number; readonly positions: ReadonlyMap<Field, number> } | null = null;
  for await (const { line, problem, cells } of csvRecords(bytes, start, KNOWN_FILES)) {
    if (problem !== null) {
      catalogue.faults.push(`line ${line}: ${problem}`);
      continue;
    }
    if (header === null) {
      const { positions, faults } = columnPositions(cells, columns);
      catalogue.faults.push(...faults.map((fault) => `line ${line}, ${fault}`));
      // Without its columns every line would have the same faults.
      if (faults.length > 0) return;
      header = { width: cells.length, positions };
      continue;
    }
    if (cells.length !== header.width) {
      catalogue.faults.push(`line ${line}: has ${cells.length} columns; the first line has ${header.width}`);
      continue;
    }
    addRecord(catalogue, `line ${line}`, Object.fromEntries([...header.positions].map(([field, position]) => [field, cells[position]])));
  }
  if (header === null) catalogue.faults.push('the file is empty');
}

function columnPositions(header: readonly string[], columns: ColumnNames): { positions: Map<Field, number>; faults: string[] } {
  const names = header.map((name) => name.trim());
  const positions = new Map<Field, number>();
  const faults: string[] = [];
  for (const field of FIELDS) {
    const column = columns[field] ?? field;
    const exact = names.flatMap((name, i) => (name === column ? [i] : []));
    const found = exact.length > 0 ? exact : names.flatMap((name, i) => (name.toLowerCase() === column.toLowerCase() ? [i] : []));
    if (found.length > 1) faults.push(`${field}: there are ${found.length} columns "${column}"`);
    else if (found[0] !== undefined) positions.set(field, found[0]);
    else if (columns[field] !== undefined || REQUIRED_FIELDS.includes(field)) {
      const existing = names.map((name) => `"${name}"`).join(', ');
      faults.push(`${field}: there is no column "${column}" among ${existing}; name it with --map ${field}=COLUMN`);
    }
  }
  return { positions, faults };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Inherited properties such as `constructor` are no fields of the file. */
function ownProperty(record: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** By name, or because the first line is a whole object with a title. */
function isJsonLines(file: string, start: Buffer, columns: ColumnNames): boolean {
  if (/\.(ndjson|jsonl)$/i.test(file)) return true;
  if (/\.(csv|tsv)$/i.test(file)) return false;
  const [first = ''] = start
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart()
    .split('\n', 1);
  const item = first.startsWith('{') ? parseJson(first) : undefined;
  return typeof item === 'object' && item !== null && Object.hasOwn(item, columns.title ?? 'title');
}

function isJson(file: string, start: Buffer): boolean {
  if (/\.json$/i.test(file)) return true;
  if (/\.(csv|tsv)$/i.test(file)) return false;
  return /^\ufeff?\s*[[{]/.test(start.toString('utf8'));
}
