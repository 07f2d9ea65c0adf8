import { Semaphore } from './semaphore.js';

describe('Taking turns', () => {
  const turns = new Semaphore(2);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string): Promise<string> =>
    turns.run(() => {
      begun.push(name);
      return new Promise((resolve, reject) => {
        ends.set(name, () => (name === 'b' ? reject(new Error('b fell')) : resolve(name)));
      });
    });
  const aMoment = (): Promise<void> => new Promise(setImmediate);

  it('lets two work, and the next in the order they came, also after a failure', async () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(work) as [Promise<string>, Promise<string>, Promise<string>, Promise<string>];
    await aMoment();
    expect(begun).toEqual(['a', 'b']);
    expect(turns.waiting).toBe(2);
    ends.get('b')!();
    await expect(b).rejects.toThrow('b fell');
    await aMoment();
    expect(begun).toEqual(['a', 'b', 'c']);
    ends.get('a')!();
    ends.get('c')!();
    await aMoment();
    ends.get('d')!();
    expect(await Promise.all([a, c, d])).toEqual(['a', 'c', 'd']);
    expect(turns.waiting).toBe(0);
  });

  it('has its places back afterwards', async () => {
    expect(await Promise.all([1, 2, 3].map((n) => turns.run(() => Promise.resolve(n))))).toEqual([1, 2, 3]);
  });
});
