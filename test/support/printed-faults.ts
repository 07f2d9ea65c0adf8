/** Looks for what no process may print: a promise that nobody handled, and an answer of 5xx that is not a refusal with 503. */
import { UNHANDLED_REJECTION } from '@app/platform/telemetry/alert.js';

/** A longer line has no fault of these: their fields stand at its beginning. */
const MAX_LINE_CHARACTERS = 100_000;
const SHOWN_CHARACTERS = 600;
const MAX_SHOWN = 10;

export class PrintedFaults {
  /** The first lines that tell of a fault, shortened. */
  readonly found: string[] = [];
  #rest = '';

  read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop()!.slice(0, MAX_LINE_CHARACTERS);
    for (const line of lines) {
      if (this.found.length < MAX_SHOWN && isFault(line)) this.found.push(line.slice(0, SHOWN_CHARACTERS));
    }
  }
}

function isFault(line: string): boolean {
  // Node prints the first without our handler, as in the first moments of a process.
  if (/UnhandledPromiseRejection|triggerUncaughtException/.test(line)) return true;
  if (!line.startsWith('{')) return false;
  return line.includes(`"alert":"${UNHANDLED_REJECTION}"`) || /"(?:status|statusCode)":5(?!03\b)\d\d\b/.test(line);
}
