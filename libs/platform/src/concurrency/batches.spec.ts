import { AsyncLocalStorage } from 'node:async_hooks';
import { ClsServiceManager } from 'nestjs-cls';
import { atFixedTime, done, newBatches, newWork, nextTurn } from '../testing/controlled-batches.js';
import { Admission, Overloaded, REQUEST_SLOT, RequestSlot } from './admission.js';

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

  describe('with shared keys', () => {
    it('items that share a key are in one batch, and never in two', async () => {
      const { batches, underWay } = newBatches({ maxConcurrent: 2 });
      for (const name of 'abcd') void batches.run({ name, sharedKeys: ['A1'] });
      void batches.run({ name: 'e', sharedKeys: ['A2'] });
      await nextTurn();
      expect(underWay.map(({ names }) => names.join(''))).toEqual(['abc', 'e']);
      underWay[0]!.end();
      await nextTurn();
      await nextTurn();
      expect(underWay.map(({ names }) => names.join(''))).toEqual(['abc', 'e', 'd']);
    });

    it('an item that waited long is passed by none that wants one of its keys', async () => {
      await atFixedTime(async (setTime) => {
        const { batches, underWay } = newBatches({ maxConcurrent: 2, maxItems: 1 });
        void batches.run({ name: 'a', sharedKeys: ['A1'] });
        void batches.run({ name: 'b', sharedKeys: ['A2'] });
        await nextTurn();
        void batches.run({ name: 'both', sharedKeys: ['A1', 'A2'] });
        void batches.run({ name: 'c', sharedKeys: ['A1'] });
        underWay[0]!.end();
        await nextTurn();
        await nextTurn();
        // Not long yet.
        expect(underWay.map(({ names }) => names.join())).toEqual(['a', 'b', 'c']);
        setTime(101);
        void batches.run({ name: 'd', sharedKeys: ['A2'] });
        void batches.run({ name: 'e', sharedKeys: ['A3'] });
        underWay[1]!.end();
        await nextTurn();
        await nextTurn();
        expect(underWay.at(-1)!.names).toEqual(['e']);
        for (const batch of underWay.slice(2)) batch.end();
        await nextTurn();
        await nextTurn();
        expect(underWay.map(({ names }) => names.join())).toEqual(['a', 'b', 'c', 'e', 'both']);
      });
    });

    it('an item that waits for a key of its own reserves no shared key', async () => {
      await atFixedTime(async (setTime) => {
        const { batches, underWay } = newBatches({ maxConcurrent: 2, maxItems: 1 });
        void batches.run({ name: 'a', keys: ['customer'], sharedKeys: ['A1'] });
        await nextTurn();
        void batches.run({ name: 'b', keys: ['customer'], sharedKeys: ['A2'] });
        setTime(101);
        void batches.run({ name: 'c', keys: ['another'], sharedKeys: ['A2'] });
        await nextTurn();
        expect(underWay.map(({ names }) => names.join())).toEqual(['a', 'c']);
      });
    });
  });

  it('an item whose client has gone is left out where its options say so', async () => {
    const { batches, underWay } = newBatches({ isDroppedWithClient: ({ name }) => name !== 'kept' });
    const cls = ClsServiceManager.getClsService();
    let isGone = false;
    const slot = new RequestSlot(new Admission({ maxAdmitted: 5, maxWaiting: 5, maxWaitMs: 60_000 }), () => isGone);
    const runOfClient = (name: string) =>
      cls.run(() => {
        cls.set(REQUEST_SLOT, slot);
        return batches.run({ name });
      });
    const first = runOfClient('first');
    await nextTurn();
    const [waiting, kept] = [runOfClient('waiting'), runOfClient('kept')];
    isGone = true;
    underWay[0]!.end();
    await expect(first).resolves.toBe('first is done');
    await expect(waiting).rejects.toThrow(Overloaded);
    await nextTurn();
    expect(underWay[1]!.names).toEqual(['kept']);
    underWay[1]!.end();
    await expect(kept).resolves.toBe('kept is done');
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

  it('a batch runs outside of contexts, also where it was made inside one', async () => {
    const context = new AsyncLocalStorage<string>();
    let seen: string | undefined = 'nothing yet';
    const { work } = newWork((items) => {
      seen = context.getStore();
      return done(items);
    });
    await context.run('the transaction of a request', () => newBatches({ work }).batches.run({ name: 'a' }));
    expect(seen).toBeUndefined();
  });
});
