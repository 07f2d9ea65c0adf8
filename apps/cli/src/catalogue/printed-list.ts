/** Reads a list as JSON or Python print it: `["Drama"]`, `['Drama', "Children's"]`, `('Drama',)`, `{'Drama'}`, `[{'id': 16, 'name': 'Animation'}]`. */

class NotPrinted extends Error {}

const CONSTANTS: Readonly<Record<string, unknown>> = {
  None: null,
  null: null,
  nan: null,
  NaN: null,
  True: true,
  true: true,
  False: false,
  false: false,
};
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };
/** Deeper lists are no genres. */
const MAX_DEPTH = 4;

/** Returns undefined for text that neither of them prints. */
export function parsePrinted(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return parsePython(text);
  }
}

function parsePython(text: string): unknown {
  try {
    const reader = new PythonReader(text);
    const value = reader.value(0);
    return reader.isAtEnd() ? value : undefined;
  } catch (error) {
    if (error instanceof NotPrinted) return undefined;
    throw error;
  }
}

class PythonReader {
  #at = 0;

  constructor(private readonly text: string) {}

  isAtEnd(): boolean {
    this.skipSpaces();
    return this.#at === this.text.length;
  }

  value(depth: number): unknown {
    this.skipSpaces();
    const first = this.text[this.#at];
    if (depth > MAX_DEPTH) throw new NotPrinted();
    if (first === '[' || first === '(') return this.items(first === '[' ? ']' : ')', () => this.value(depth + 1));
    if (first === '{') return this.braces(depth);
    // Python 2 marks text.
    if (/^u['"]/i.test(this.text.slice(this.#at, this.#at + 2))) return this.quoted(this.text[++this.#at]!);
    if (first === "'" || first === '"') return this.quoted(first);
    const [word] = /^[\w.+-]+/.exec(this.text.slice(this.#at)) ?? [];
    if (word === undefined) throw new NotPrinted();
    this.#at += word.length;
    if (Object.hasOwn(CONSTANTS, word)) return CONSTANTS[word];
    if (Number.isNaN(Number(word))) throw new NotPrinted();
    return Number(word);
  }

  /** A dictionary, or else a set. */
  private braces(depth: number): unknown {
    const members = this.items('}', () => this.member(depth));
    if (members.every(({ value }) => value !== undefined)) return Object.fromEntries(members.map(({ key, value }) => [String(key), value]));
    if (members.some(({ value }) => value !== undefined)) throw new NotPrinted();
    return members.map(({ key }) => key);
  }

  /** A member of a set has no value. */
  private member(depth: number): { key: unknown; value?: unknown } {
    const key = this.value(depth + 1);
    this.skipSpaces();
    if (this.text[this.#at] !== ':') return { key };
    this.#at++;
    return { key, value: this.value(depth + 1) };
  }

  private items<Item>(end: string, read: () => Item): Item[] {
    const items: Item[] = [];
    this.#at++;
    for (;;) {
      this.skipSpaces();
      if (this.text[this.#at] === end) break;
      items.push(read());
      this.skipSpaces();
      if (this.text[this.#at] === end) break;
      if (this.text[this.#at++] !== ',') throw new NotPrinted();
    }
    this.#at++;
    return items;
  }

  private quoted(quote: string): string {
    let content = '';
    for (this.#at++; this.#at < this.text.length; this.#at++) {
      const character = this.text[this.#at]!;
      if (character === quote) {
        this.#at++;
        return content;
      }
      content += character === '\\' ? this.escaped() : character;
    }
    throw new NotPrinted();
  }

  /** Leaves the position at the last character of the escape. */
  private escaped(): string {
    const letter = this.text[++this.#at] ?? '';
    const digits = { x: 2, u: 4, U: 8 }[letter];
    if (digits === undefined) return ESCAPES[letter] ?? letter;
    const code = this.text.slice(this.#at + 1, this.#at + 1 + digits);
    if (!/^[\da-f]+$/i.test(code) || code.length < digits || parseInt(code, 16) > 0x10_ff_ff) throw new NotPrinted();
    this.#at += digits;
    return String.fromCodePoint(parseInt(code, 16));
  }

  private skipSpaces(): void {
    while (/\s/.test(this.text[this.#at] ?? '')) this.#at++;
  }
}
