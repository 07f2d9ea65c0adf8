import { vi } from 'vitest';
import { AsyncLocalStorage } from 'node:async_hooks';
import { Overloaded } from './admission.js';
import { Batches, type BatchOptions } from './batches.js';

interface Item {
  readonly name: string;
  readonly keys?: readonly string[];
}

/** A batch that is under way until the test ends it. */
interface Batch {
  readonly names: readonly string[];
  end(): void;
  fail(error: Error): void;
}

const nextTurn = (): Promise<void> => new Promise(setImmediate);

function newBatches(options: Partial<BatchOptions<Item, string>> = {}): { batches: Batches<Item, string>; underWay: Batch[] } {
  const underWay: Batch[] = [];
  const work = (items: readonly Item[]) =>
    new Promise<PromiseSettledResult<string>[]>((resolve, reject) => {
      const ended = items.map(({ name }) => ({ status: 'fulfilled', value: `${name} is done` }) as const);
      underWay.push({ names: items.map(({ name }) => name), end: () => resolve(ended), fail: reject });
    });
  const keysOf = ({ keys = [] }: Item): readonly string[] => keys;
  return {
    batches: new Batches({ work, keysOf, maxItems: 3, maxConcurrent: 1, maxWaiting: 100, maxWaitMs: 60_000, ...options }),
    underWay,
  };
}

describe('Batches', () => {
  it('what arrives in one turn is one batch, and the next gathers meanwhile', async () => {
    const { batches, underWay } = newBatches();
    const first = [batches.run({ name: 'a' }), batches.run({ name: 'b' })];
    await nextTurn();
    const next = [batches.run({ name: 'c' }), batches.run({ name: 'd' })];
    await nextTurn();
    expect(underWay.map(({ names }) => names)).toEqual([['a', 'b']]);
    underWay[0]!.end();
    expect(await Promise.all(first)).toEqual(['a is done', 'b is done']);
    await nextTurn();
    expect(underWay[1]!.names).toEqual(['c', 'd']);
    underWay[1]!.end();
    expect(await Promise.all(next)).toEqual(['c is done', 'd is done']);
  });

  it('a batch has at most so many items, and so many batches are under way', async () => {
    const { batches, underWay } = newBatches({ maxConcurrent: 2 });
    for (const name of 'abcdefg') void batches.run({ name });
    await nextTurn();
    expect(underWay.map(({ names }) => names.join(''))).toEqual(['abc', 'def']);
  });

  it('items with a key in common are never under way at the same time', async () => {
    const { batches, underWay } = newBatches({ maxConcurrent: 2 });
    void batches.run({ name: 'a', keys: ['1', '2'] });
    void batches.run({ name: 'b', keys: ['2', '3'] });
    void batches.run({ name: 'c', keys: ['4'] });
    await nextTurn();
    expect(underWay.map(({ names }) => names.join(''))).toEqual(['ac']);
    void batches.run({ name: 'd', keys: ['3'] });
    await nextTurn();
    expect(underWay.map(({ names }) => names.join(''))).toEqual(['ac', 'd']);
    for (const batch of underWay.splice(0)) batch.end();
    await nextTurn();
    await nextTurn();
    expect(underWay.map(({ names }) => names.join(''))).toEqual(['b']);
  });

  it('an item that is refused leaves the others of its batch as they are', async () => {
    const outcomes = [
      { status: 'fulfilled', value: 'held' },
      { status: 'rejected', reason: new Error('taken') },
    ] as const;
    const { batches } = newBatches({ work: () => Promise.resolve(outcomes) });
    const [a, b] = await Promise.allSettled([batches.run({ name: 'a' }), batches.run({ name: 'b' })]);
    expect([a, b]).toEqual(outcomes);
  });

  it('after an error of one item each item is tried alone', async () => {
    const tried: string[] = [];
    const work = (items: readonly Item[]): Promise<PromiseSettledResult<string>[]> => {
      tried.push(items.map(({ name }) => name).join(''));
      if (items.some(({ name }) => name === 'b')) return Promise.reject(new Error('b is wrong'));
      return Promise.resolve(items.map(({ name }) => ({ status: 'fulfilled', value: name })));
    };
    const { batches } = newBatches({ work, isOfOneItem: () => true });
    const ended = await Promise.allSettled(['a', 'b', 'c'].map((name) => batches.run({ name })));
    expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(tried).toEqual(['abc', 'a', 'b', 'c']);
  });

  it('an error of all items ends all of them, and the next batch is tried', async () => {
    const { batches, underWay } = newBatches({ isOfOneItem: () => false });
    const both = Promise.allSettled([batches.run({ name: 'a' }), batches.run({ name: 'b' })]);
    await nextTurn();
    const next = batches.run({ name: 'c' });
    underWay[0]!.fail(new Error('the database is away'));
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await nextTurn();
    underWay[1]!.end();
    expect(await next).toBe('c is done');
  });

  it('an item that waited long when a batch failed as a whole fails with it', async () => {
    const { batches, underWay } = newBatches({ isOfOneItem: () => false });
    const now = vi.spyOn(performance, 'now').mockReturnValue(0);
    try {
      const failing = batches.run({ name: 'a' }).catch(() => undefined);
      await nextTurn();
      const waiting = batches.run({ name: 'b' });
      now.mockReturnValue(1_001);
      const fresh = batches.run({ name: 'c' });
      underWay[0]!.fail(new Error('the database is away'));
      await expect(waiting).rejects.toThrow('the database is away');
      await failing;
      await nextTurn();
      underWay[1]!.end();
      expect(await fresh).toBe('c is done');
    } finally {
      now.mockRestore();
    }
  });

  it('an item that waited long does not fail with the error of another item', async () => {
    const { batches, underWay } = newBatches({ isOfOneItem: () => true });
    const now = vi.spyOn(performance, 'now').mockReturnValue(0);
    try {
      const failing = batches.run({ name: 'a' });
      await nextTurn();
      const waiting = batches.run({ name: 'b' });
      now.mockReturnValue(1_001);
      underWay[0]!.fail(new Error('a is wrong'));
      await expect(failing).rejects.toThrow('a is wrong');
      await nextTurn();
      underWay[1]!.end();
      expect(await waiting).toBe('b is done');
    } finally {
      now.mockRestore();
    }
  });

  it('too many waiting items are refused at once', async () => {
    const { batches } = newBatches({ maxWaiting: 2 });
    void batches.run({ name: 'a' });
    void batches.run({ name: 'b' });
    await expect(batches.run({ name: 'c' })).rejects.toThrow(Overloaded);
  });

  it('an item that waited too long is refused instead of being worked on', async () => {
    const { batches, underWay } = newBatches({ maxWaitMs: -1 });
    await expect(batches.run({ name: 'a' })).rejects.toThrow(Overloaded);
    expect(underWay).toEqual([]);
  });

  it('a batch runs outside the context of the request that started it', async () => {
    const context = new AsyncLocalStorage<string>();
    let seen: string | undefined = 'nothing yet';
    const work = (items: readonly Item[]): Promise<PromiseSettledResult<string>[]> => {
      seen = context.getStore();
      return Promise.resolve(items.map(() => ({ status: 'fulfilled', value: '' })));
    };
    const { batches } = newBatches({ work });
    await context.run('the transaction of a request', () => batches.run({ name: 'a' }));
    expect(seen).toBeUndefined();
  });

  describe('with groups', () => {
    const GROUP_ERROR = new Error('locked');
    const newGroups = () =>
      newBatches({
        maxItems: 10,
        isOfOneItem: () => true,
        groups: { of: ({ name }) => name[0]!, isOfGroup: (error) => error === GROUP_ERROR },
      });
    const startAll = async (names: readonly string[]) => {
      const { batches, underWay } = newGroups();
      const ended = Promise.allSettled(names.map((name) => batches.run({ name })));
      await nextTurn();
      const failed = (error: Error) => underWay.at(-1)!.fail(error);
      return { underWay, ended, failed };
    };
    const statuses = (outcomes: readonly PromiseSettledResult<string>[]) => outcomes.map(({ status }) => status);

    it('a batch that fails for a group is tried once more by groups, side by side', async () => {
      const { underWay, ended, failed } = await startAll(['a1', 'b1', 'a2']);
      failed(GROUP_ERROR);
      await nextTurn();
      expect(underWay.slice(1).map(({ names }) => names)).toEqual([['a1', 'a2'], ['b1']]);
      underWay[2]!.end();
      underWay[1]!.fail(GROUP_ERROR);
      expect(statuses(await ended)).toEqual(['rejected', 'fulfilled', 'rejected']);
      expect(underWay).toHaveLength(3);
    });

    it('at most four groups are tried at the same time', async () => {
      const { underWay, ended, failed } = await startAll(['a', 'b', 'c', 'd', 'e']);
      failed(GROUP_ERROR);
      await nextTurn();
      expect(underWay.slice(1).map(({ names }) => names.join())).toEqual(['a', 'b', 'c', 'd']);
      underWay[1]!.end();
      await nextTurn();
      for (const batch of underWay.slice(2)) batch.end();
      expect(statuses(await ended)).toEqual(Array.from({ length: 5 }, () => 'fulfilled'));
    });

    it('items of a group that fails for one of them are tried alone', async () => {
      const { underWay, ended, failed } = await startAll(['a1', 'a2']);
      failed(GROUP_ERROR);
      await nextTurn();
      failed(new Error('of one item'));
      await nextTurn();
      expect(underWay.at(-1)!.names).toEqual(['a1']);
      failed(new Error('of one item'));
      await nextTurn();
      underWay.at(-1)!.end();
      expect(statuses(await ended)).toEqual(['rejected', 'fulfilled']);
    });
  });
});
