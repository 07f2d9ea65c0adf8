/** Lets bytes pass as long as they are UTF-8, and says on which line the first wrong ones stand. */
import { isUtf8 } from 'node:buffer';

export class NotUtf8 extends Error {}

const LINE_FEED = 0x0a;

/** Throws `NotUtf8`. Chunks come out whole lines at a time, so that no character is cut in two. */
export async function* utf8Lines(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let line = 1;
  let rest: Buffer[] = [];
  for await (const chunk of source) {
    const end = chunk.lastIndexOf(LINE_FEED) + 1;
    if (end === 0) {
      rest.push(chunk);
      continue;
    }
    const lines = Buffer.concat([...rest, chunk.subarray(0, end)]);
    rest = [chunk.subarray(end)];
    line += check(lines, line);
    yield lines;
  }
  const last = Buffer.concat(rest);
  check(last, line);
  if (last.length > 0) yield last;
}

/** How many lines end in it. */
function check(bytes: Buffer, firstLine: number): number {
  const good = isUtf8(bytes);
  let line = firstLine;
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(LINE_FEED, start);
    const whole = bytes.subarray(start, end === -1 ? bytes.length : end);
    if (!good && !isUtf8(whole)) throw new NotUtf8(faultIn(whole, line));
    if (end === -1) return line - firstLine;
    start = end + 1;
    line++;
  }
}

function faultIn(line: Buffer, number: number): string {
  let position = 0;
  while (position < line.length) {
    const lead = line[position]!;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (!isUtf8(line.subarray(position, position + length))) break;
    position += length;
  }
  const byte = (line[position] ?? 0).toString(16).toUpperCase().padStart(2, '0');
  return `line ${number}: byte ${position + 1} (0x${byte}) is not UTF-8; save the file as UTF-8`;
}
