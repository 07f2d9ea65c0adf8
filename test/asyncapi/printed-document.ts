/** The AsyncAPI document as a text, as docs/asyncapi.json has it. */
import { asyncApiDocument } from './document.js';
import { readEventClasses } from './event-classes.js';
import { FIELD_TEXTS } from './field-texts.js';
import { readSamples } from './samples.js';

/** `replaced`: other texts of contracts, by their paths from the root of the repository. */
export function printedDocument(replaced?: ReadonlyMap<string, string>): string {
  const samples = readSamples().map(({ envelope }) => envelope);
  return `${JSON.stringify(asyncApiDocument(readEventClasses(FIELD_TEXTS, replaced), samples), null, 2)}\n`;
}
