import { Semaphore } from './semaphore.js';

describe('Semaphore', () => {
  const semaphore = new Semaphore(2);
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string): Promise<string> =>
    semaphore.run(() => {
      started.push(name);
      return new Promise((resolve, reject) => {
        ends.set(name, () => (name === 'b' ? reject(new Error('b failed')) : resolve(name)));
      });
    });
  const nextTurn = (): Promise<void> => new Promise(setImmediate);

  it('two pieces of work run at once, the next in order, also after a failure', async () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(work) as [Promise<string>, Promise<string>, Promise<string>, Promise<string>];
    await nextTurn();
    expect(started).toEqual(['a', 'b']);
    expect(semaphore.waiting).toBe(2);
    ends.get('b')!();
    await expect(b).rejects.toThrow('b failed');
    await nextTurn();
    expect(started).toEqual(['a', 'b', 'c']);
    ends.get('a')!();
    ends.get('c')!();
    await nextTurn();
    ends.get('d')!();
    expect(await Promise.all([a, c, d])).toEqual(['a', 'c', 'd']);
    expect(semaphore.waiting).toBe(0);
  });

  it('all permits are free again afterwards', async () => {
    expect(await Promise.all([1, 2, 3].map((n) => semaphore.run(() => Promise.resolve(n))))).toEqual([1, 2, 3]);
  });
});
