/** Reads a schedule from the text of a file, in either format. */
import { InvalidInput } from '@app/platform/http/http-errors.js';
import type { ScheduleFile } from '../../domain/schedule-file.js';
import { readCsvSchedule } from './read-csv-schedule.js';
import { readJsonSchedule } from './read-json-schedule.js';

/** A file that begins with a brace is JSON, any other is CSV. Throws `InvalidInput`. */
export function readSchedule(text: string): ScheduleFile {
  if (!/^\ufeff?\s*[{[]/.test(text)) return readCsvSchedule(text);
  let body: unknown;
  try {
    body = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new InvalidInput([{ pointer: '', rule: 'json', message: `is not JSON: ${(error as Error).message}` }]);
  }
  return readJsonSchedule(body);
}
