import { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { writeTogether } from './write-together.js';

/** Keeps what reaches the operating system: an entry is a system call. */
class RecordingStream extends Writable {
  readonly calls: string[][] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.calls.push([chunk.toString()]);
    done();
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.calls.push(chunks.map(({ chunk }) => chunk.toString()));
    done();
  }
}

describe('writeTogether', () => {
  it('what is written in one turn leaves in one call, in order', async () => {
    const stream = new RecordingStream();
    writeTogether(stream);
    for (const text of ['a', 'b', 'c']) stream.write(text);
    expect(stream.calls).toEqual([]);
    await setImmediate();
    stream.write('d');
    await setImmediate();
    expect(stream.calls).toEqual([['a', 'b', 'c'], ['d']]);
  });

  it('a stream that is ended in the same turn has sent everything', async () => {
    const stream = new RecordingStream();
    writeTogether(stream);
    stream.write('a');
    stream.write('b');
    await new Promise<void>((resolve) => stream.end(resolve));
    expect(stream.calls.flat()).toEqual(['a', 'b']);
  });

  it('a stream that is destroyed in the same turn fails nothing later', async () => {
    const stream = new RecordingStream();
    writeTogether(stream);
    stream.write('a');
    stream.destroy();
    await setImmediate();
    expect(stream.calls).toEqual([]);
  });
});
