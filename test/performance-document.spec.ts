import { readFileSync } from 'node:fs';
import { join } from 'node:path';

describe('docs/performance.md', () => {
  // `make bench` writes what stands above the first heading, and keeps the rest.
  it('nothing that was written by hand stands above the first heading', () => {
    const text = readFileSync(join(import.meta.dirname, '../docs/performance.md'), 'utf8');
    const lines = text.slice(0, text.indexOf('\n## ')).trim().split('\n');
    expect(lines.at(-1)).toMatch(/^\| .* \|$/);
  });
});
