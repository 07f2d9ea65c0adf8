/** Counts lines as an editor shows them: a line ends with LF, CR LF or CR, also inside a quoted cell. */

const [LINE_FEED, CARRIAGE_RETURN] = [0x0a, 0x0d];

export class LineNumbers {
  /** The offset behind each line end. */
  readonly #ends: number[] = [];
  #bytes = 0;
  #endedWithReturn = false;
  #next = 0;

  /** Passes the bytes on and looks for line ends in them. */
  async *watch(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      this.read(chunk);
      yield chunk;
    }
  }

  /** Returns the number of line ends before this offset. Offsets must not decrease from call to call. */
  endsBefore(offset: number): number {
    while ((this.#ends[this.#next] ?? Infinity) <= offset) this.#next++;
    return this.#next;
  }

  private read(chunk: Buffer): void {
    for (let i = 0; i < chunk.length; i++) {
      const isLineFeed = chunk[i] === LINE_FEED;
      if (isLineFeed && this.#endedWithReturn) this.#ends[this.#ends.length - 1] = this.#bytes + i + 1;
      else if (isLineFeed || chunk[i] === CARRIAGE_RETURN) this.#ends.push(this.#bytes + i + 1);
      this.#endedWithReturn = chunk[i] === CARRIAGE_RETURN;
    }
    this.#bytes += chunk.length;
  }
}
