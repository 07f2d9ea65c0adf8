/** Reads a file with one JSON object a line (NDJSON, JSON Lines). */
import { StringDecoder } from 'node:string_decoder';
import type { JsonItem } from './json-items.js';

/** Empty lines are skipped. The text of an item is not checked: it may be invalid JSON. */
export async function* jsonLines(source: AsyncIterable<Buffer>): AsyncGenerator<JsonItem> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let line = 0;
  let index = 0;
  for await (const chunk of source) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      line++;
      if (contentOf(text) !== '') yield { index: index++, line, text: contentOf(text) };
    }
  }
  if (contentOf(rest) !== '') yield { index, line: line + 1, text: contentOf(rest) };
}

/** Without a byte order mark, and without the CR of a Windows line end. */
function contentOf(text: string): string {
  return text.replace(/^\ufeff/, '').trim();
}
