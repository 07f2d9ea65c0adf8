import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asyncApiFindings } from '../asyncapi/linter.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const DOCUMENT = join(import.meta.dirname, '../../docs/asyncapi.json');
// The linter is a program of its own, which resolves every reference of a long document.
const LINTER_MS = 180_000;

describe('The rules about AsyncAPI', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it(
    'the document of the events keeps them',
    async () => {
      expect(await asyncApiFindings(DOCUMENT)).toEqual([]);
    },
    LINTER_MS,
  );

  it(
    'a channel without a text as its address is found',
    async () => {
      const document = JSON.parse(readFileSync(DOCUMENT, 'utf8')) as { channels: Record<string, object> };
      const [type] = Object.keys(document.channels);
      const planted = join(folder.path, 'asyncapi.json');
      writeFileSync(planted, JSON.stringify({ ...document, channels: { ...document.channels, [type!]: { address: 7 } } }));
      expect((await asyncApiFindings(planted)).join()).toContain(`channels/${type}`);
    },
    LINTER_MS,
  );
});
