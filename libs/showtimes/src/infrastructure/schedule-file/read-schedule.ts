/** Reads a schedule from the bytes of a file: CSV, one JSON document, or one JSON object a line. */
import { collect } from '@app/platform/files/collect.js';
import { jsonItems, NotJsonArray } from '@app/platform/files/json-items.js';
import { jsonLines } from '@app/platform/files/json-lines.js';
import { InvalidUtf8, utf8Lines } from '@app/platform/files/utf8.js';
import { InvalidInput } from '@app/platform/http/problems/http-errors.js';
import type { ScheduleFile } from '../../domain/schedule-file.js';
import { readCsvSchedule } from './read-csv-schedule.js';
import { readItems, rowsOf } from './read-json-schedule.js';

/** So much of a CSV file decides about its dialect. */
const START_CHARACTERS = 65_536;

/** `isJsonLines`: the file is called so. Otherwise its beginning says what it is. Throws `InvalidInput`. */
export async function readSchedule(file: Buffer, { isJsonLines = false } = {}): Promise<ScheduleFile> {
  const text = file.toString('utf8').replace(/^\ufeff/, '');
  try {
    if (isJsonLines || beginsWithWholeRow(text)) return await readLines(file);
    if (text.trimStart().startsWith('[')) return await readArray(file);
    if (text.trimStart().startsWith('{')) return await readDocument(file, text);
    return await readCsvSchedule(checked(file), text.slice(0, START_CHARACTERS));
  } catch (error) {
    if (error instanceof InvalidUtf8) throw refusal('utf8', `must be UTF-8: ${error.message}`);
    if (error instanceof NotJsonArray) throw refusal('json', `is not JSON: ${error.message}`);
    throw error;
  }
}

function checked(file: Buffer): AsyncIterable<Buffer> {
  return utf8Lines(oneChunk(file));
}

async function* oneChunk(file: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(file);
}

/** The document `{ "showtimes": […] }` may stand in one line, too. */
function beginsWithWholeRow(text: string): boolean {
  const [first = ''] = text.trimStart().split(/\r\n|\n|\r/, 1);
  const row = first.startsWith('{') ? parsed(first) : undefined;
  return typeof row === 'object' && row !== null && !Object.hasOwn(row, 'showtimes') && Object.keys(row).length > 0;
}

async function readLines(file: Buffer): Promise<ScheduleFile> {
  const items = await collect(jsonLines(checked(file)));
  return readItems(items.map(({ line, text }) => ({ place: { line, pointer: null }, item: parsed(text) })));
}

async function readArray(file: Buffer): Promise<ScheduleFile> {
  const items = await collect(jsonItems(checked(file)));
  return readItems(items.map(({ index, line, text }) => ({ place: { line, pointer: `/${index}` }, item: parsed(text) })));
}

async function readDocument(file: Buffer, text: string): Promise<ScheduleFile> {
  await collect(checked(file));
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw refusal('json', `is not JSON: ${(error as Error).message}`);
  }
  const rows = rowsOf(body);
  // The document has no other field, so this bracket begins its rows.
  const arrayAt = text.indexOf('[');
  const linesBefore = text.slice(0, arrayAt).match(/\r\n|\n|\r/g)?.length ?? 0;
  const found = await collect(jsonItems(oneChunk(Buffer.from(text.slice(arrayAt, text.lastIndexOf(']') + 1)))));
  return readItems(
    rows.map((item, index) => ({ place: { line: found[index]!.line + linesBefore, pointer: `/showtimes/${index}` }, item })),
  );
}

/** Undefined where the text is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(rule: string, message: string): InvalidInput {
  return new InvalidInput([{ pointer: '', rule, message }]);
}
