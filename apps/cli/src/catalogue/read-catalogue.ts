/** Reads a whole catalogue and finds every fault in it, each with its place, its field and the reason. */
import { open } from 'node:fs/promises';
import type { CatalogueEntry } from '@app/movies';
import { Failed } from '../subcommand.js';
import { csvRecords } from './csv-records.js';
import { type ColumnNames, FIELDS, type Field, filmOfRecord, type FilmRecord, REQUIRED } from './film-of-record.js';
import { jsonItems, NotJsonArray } from './json-items.js';
import { NotUtf8, utf8Lines } from './utf8.js';

export interface CatalogueReading {
  /** Only to be used when there are no faults. */
  readonly entries: readonly CatalogueEntry[];
  /** `line 12, runtimeMinutes: …` */
  readonly faults: readonly string[];
}

const START = 65_536;

/** A JSON array or CSV, told apart by the name or else by the first character. Throws `Failed` when there is no such file. */
export async function readCatalogue(file: string, columns: ColumnNames): Promise<CatalogueReading> {
  const handle = await open(file).catch((error: unknown) => {
    throw new Failed(
      `${file} cannot be read: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message}.`,
    );
  });
  const reading: { entries: CatalogueEntry[]; faults: string[] } = { entries: [], faults: [] };
  try {
    if ((await handle.stat()).isDirectory()) throw new Failed(`${file} cannot be read: it is a folder.`);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(START), 0, START, 0);
    const start = buffer.subarray(0, bytesRead);
    if (isUtf16(start)) throw new NotUtf8('line 1: the file is UTF-16; save it as UTF-8');
    const bytes = utf8Lines(handle.createReadStream({ start: 0, autoClose: false }) as AsyncIterable<Buffer>);
    if (isJson(file, start)) await readJson(bytes, columns, reading);
    else await readCsv(bytes, start.toString('utf8'), columns, reading);
  } catch (error) {
    if (!(error instanceof NotUtf8 || error instanceof NotJsonArray)) throw error;
    reading.faults.push(error.message);
  } finally {
    await handle.close();
  }
  return reading;
}

type Reading = { entries: CatalogueEntry[]; faults: string[] };

function take(reading: Reading, place: string, record: FilmRecord): void {
  const result = filmOfRecord(record);
  if ('film' in result) reading.entries.push(result.film);
  else reading.faults.push(...result.faults.map(({ field, problem }) => `${place}, ${field}: ${problem}`));
}

async function readJson(bytes: AsyncIterable<Buffer>, columns: ColumnNames, reading: Reading): Promise<void> {
  for await (const { index, line, text } of jsonItems(bytes)) {
    const place = `index ${index} (line ${line})`;
    const item = parsed(text);
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      reading.faults.push(`${place}: ${item === undefined ? 'is not JSON' : 'must be an object'}`);
      continue;
    }
    const given = item as Readonly<Record<string, unknown>>;
    take(reading, place, Object.fromEntries(FIELDS.map((field) => [field, own(given, columns[field] ?? field)])));
  }
}

async function readCsv(bytes: AsyncIterable<Buffer>, start: string, columns: ColumnNames, reading: Reading): Promise<void> {
  let header: { readonly width: number; readonly positions: ReadonlyMap<Field, number> } | null = null;
  for await (const { line, problem, cells } of csvRecords(bytes, start)) {
    if (problem !== null) {
      reading.faults.push(`line ${line}: ${problem}`);
      continue;
    }
    if (header === null) {
      const positions = positionsOf(cells, columns, line, reading);
      // Without its columns every line would be wrong in the same way.
      if (reading.faults.length > 0) return;
      header = { width: cells.length, positions };
      continue;
    }
    if (cells.length !== header.width) {
      reading.faults.push(`line ${line}: has ${cells.length} columns; the first line has ${header.width}`);
      continue;
    }
    take(reading, `line ${line}`, Object.fromEntries([...header.positions].map(([field, position]) => [field, cells[position]])));
  }
  if (header === null) reading.faults.push('the file is empty');
}

function positionsOf(header: readonly string[], columns: ColumnNames, line: number, reading: Reading): Map<Field, number> {
  const names = header.map((name) => name.trim());
  const positions = new Map<Field, number>();
  for (const field of FIELDS) {
    const column = columns[field] ?? field;
    const exact = names.flatMap((name, i) => (name === column ? [i] : []));
    const found = exact.length > 0 ? exact : names.flatMap((name, i) => (name.toLowerCase() === column.toLowerCase() ? [i] : []));
    if (found.length > 1) reading.faults.push(`line ${line}, ${field}: there are ${found.length} columns "${column}"`);
    else if (found[0] !== undefined) positions.set(field, found[0]);
    else if (columns[field] !== undefined || REQUIRED.includes(field)) {
      reading.faults.push(
        `line ${line}, ${field}: there is no column "${column}" among ${names.map((name) => `"${name}"`).join(', ')}; name it with --map ${field}=COLUMN`,
      );
    }
  }
  return positions;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function own(record: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function isJson(file: string, start: Buffer): boolean {
  if (/\.json$/i.test(file)) return true;
  if (/\.(csv|tsv)$/i.test(file)) return false;
  return /^\ufeff?\s*[[{]/.test(start.toString('utf8'));
}

function isUtf16(start: Buffer): boolean {
  return (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff);
}
