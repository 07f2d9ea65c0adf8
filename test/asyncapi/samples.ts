/** The stored samples of events: one file or more of each type, as they were sent. A landed sample is never changed. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Envelope } from '@app/platform/messaging/envelope.js';

export interface Sample {
  /** `<type>.json`, or `<type>.<what is special>.json`. */
  readonly file: string;
  readonly text: string;
  readonly envelope: Envelope;
}

const FOLDER = join(import.meta.dirname, '..', 'fixtures', 'events');

export function readSamples(): Sample[] {
  return readdirSync(FOLDER)
    .sort()
    .map((file) => {
      const text = readFileSync(join(FOLDER, file), 'utf8');
      return { file, text, envelope: JSON.parse(text) as Envelope };
    });
}
