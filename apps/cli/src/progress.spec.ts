import { Readable } from 'node:stream';
import { progressOf, terminalLines, withProgress } from './progress.js';

function streams({ isTTY }: { isTTY: boolean }) {
  const written: string[] = [];
  const stream = (name: string) =>
    ({ isTTY, columns: 60, write: (text: string) => written.push(`${name} ${JSON.stringify(text)}`) }) as unknown as NodeJS.WriteStream;
  const terminal = { env: {}, stdin: Readable.from([]), ...terminalLines(stream('out'), stream('err')) };
  return { written, terminal };
}

describe('The line of progress', () => {
  it('a pipe gets the result alone', async () => {
    const { written, terminal } = streams({ isTTY: false });
    await withProgress(terminal, 'events', (progress) => Promise.resolve(progress.advance(1, 2)));
    terminal.print('Done.');
    expect(written).toEqual(['out "Done.\\n"']);
  });

  it('a terminal gets a line that is gone before the result', async () => {
    const { written, terminal } = streams({ isTTY: true });
    await withProgress(terminal, 'events', (progress) => Promise.resolve(progress.advance(1, 2)));
    terminal.print('Done.');
    expect(written).toEqual([`err "[${'#'.repeat(15)}${'.'.repeat(15)}]  50 %  events"`, 'err "\\r\\u001b[2K"', 'out "Done.\\n"']);
  });

  it('a line of progress is taken away also where the work fails', async () => {
    const { written, terminal } = streams({ isTTY: true });
    const failing = withProgress(terminal, 'intents', (progress) => {
      progress.advance(7);
      return Promise.reject(new Error('away'));
    });
    await expect(failing).rejects.toThrow('away');
    expect(written).toEqual(['err "7 intents …"', 'err "\\r\\u001b[2K"']);
  });

  it('progress that comes fast is not written each time', () => {
    const { written, terminal } = streams({ isTTY: true });
    const progress = progressOf(terminal, 'events');
    for (let done = 0; done < 1_000; done++) progress.advance(done, 1_000);
    expect(written.length).toBeLessThan(10);
  });
});
