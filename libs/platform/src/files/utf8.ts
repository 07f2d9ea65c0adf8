/** Passes bytes on while they are UTF-8, and reports the line of the first invalid byte. */
import { isUtf8 } from 'node:buffer';

export class InvalidUtf8 extends Error {}

const LINE_FEED = 0x0a;

/** Throws `InvalidUtf8`. Every chunk but the last ends with a line end, so that no character is cut in two. */
export async function* utf8Lines(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let line = 1;
  let rest: Buffer[] = [];
  let isStart = true;
  for await (const chunk of source) {
    if (isStart && isUtf16(chunk)) throw new InvalidUtf8('line 1: the file is UTF-16; save it as UTF-8');
    isStart = false;
    const end = chunk.lastIndexOf(LINE_FEED) + 1;
    if (end === 0) {
      rest.push(chunk);
      continue;
    }
    const lines = Buffer.concat([...rest, chunk.subarray(0, end)]);
    rest = [chunk.subarray(end)];
    line += checkLines(lines, line);
    yield lines;
  }
  const last = Buffer.concat(rest);
  checkLines(last, line);
  if (last.length > 0) yield last;
}

/** By its byte order mark. */
function isUtf16(start: Buffer): boolean {
  return (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff);
}

/** Returns the number of line ends. Throws `InvalidUtf8`. */
function checkLines(bytes: Buffer, firstLine: number): number {
  const isValid = isUtf8(bytes);
  let line = firstLine;
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(LINE_FEED, start);
    const content = bytes.subarray(start, end === -1 ? bytes.length : end);
    if (!isValid && !isUtf8(content)) throw new InvalidUtf8(faultIn(content, line));
    if (end === -1) return line - firstLine;
    start = end + 1;
    line++;
  }
}

function faultIn(content: Buffer, line: number): string {
  let position = 0;
  while (position < content.length) {
    const lead = content[position]!;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (!isUtf8(content.subarray(position, position + length))) break;
    position += length;
  }
  const byte = (content[position] ?? 0).toString(16).toUpperCase().padStart(2, '0');
  return `line ${line}: byte ${position + 1} (0x${byte}) is not UTF-8; save the file as UTF-8`;
}
