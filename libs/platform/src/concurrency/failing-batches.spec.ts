import {
  type Batch,
  type Item,
  atFixedTime,
  done,
  newBatches,
  newWork,
  nextTurn,
  runAll,
  statuses,
} from '../testing/controlled-batches.js';
import { Overloaded } from './admission.js';
import { type Batches, RepeatableError, TRY_AGAIN } from './batches.js';

const AWAY = new Error('the database is away');

describe('A batch that fails is tried again:', () => {
  const failingWith = (name: string, error: Error) =>
    newWork((items) => {
      if (items.some((item) => item.name === name)) throw error;
      return done(items);
    });

  it('each item alone after an error that may be of one', async () => {
    const { tried, work } = failingWith('b', new RepeatableError(new Error('b is wrong'), 'one-by-one'));
    const ended = await runAll(newBatches({ work }).batches, 'abc');
    expect(statuses(ended)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(ended[1]).toMatchObject({ reason: { message: 'b is wrong' } });
    expect(tried).toEqual(['abc', 'a', 'b', 'c']);
  });

  it('each item alone also where an outage came before', async () => {
    let isAway = true;
    const { tried, work } = newWork((items) => {
      if (isAway) throw AWAY;
      if (items.some(({ name }) => name === 'b')) throw new RepeatableError(new Error('b is wrong'), 'one-by-one');
      return done(items);
    });
    const { batches } = newBatches({ work });
    for (const name of 'xy') expect(statuses(await runAll(batches, name))).toEqual(['rejected']);
    isAway = false;
    expect(statuses(await runAll(batches, 'abc'))).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(tried).toEqual(['x', 'y', 'abc', 'a', 'b', 'c']);
  });

  it('nothing after any other error', async () => {
    const { tried, work } = failingWith('b', new Error('b is wrong'));
    expect(statuses(await runAll(newBatches({ work }).batches, 'abc'))).toEqual(['rejected', 'rejected', 'rejected']);
    expect(tried).toEqual(['abc']);
  });

  it('nothing where an outcome is missing', async () => {
    const { tried, work } = newWork((items) => done(items).slice(1));
    expect(statuses(await runAll(newBatches({ work }).batches, 'abc'))).toEqual(['rejected', 'rejected', 'rejected']);
    expect(tried).toEqual(['abc']);
  });

  it('all of them once where another attempt may pass', async () => {
    let failures = 1;
    const { tried, work } = newWork((items) => {
      if (failures-- > 0) throw new RepeatableError(AWAY, 'whole');
      return done(items);
    });
    const { batches } = newBatches({ work });
    expect(statuses(await runAll(batches, 'abc'))).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
    expect(tried).toEqual(['abc', 'abc']);
    failures = 2;
    expect(await runAll(batches, 'd')).toMatchObject([{ reason: AWAY }]);
    expect(tried).toEqual(['abc', 'abc', 'd', 'd']);
  });

  it('those whose outcome says so, without the others', async () => {
    const { tried, work } = newWork((items) => done(items).map((outcome, i) => (items.length > 1 && i > 0 ? TRY_AGAIN : outcome)));
    expect(statuses(await runAll(newBatches({ work }).batches, 'abc'))).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
    expect(tried).toEqual(['abc', 'bc', 'c']);
  });

  it('none of the rest when the database goes away meanwhile', async () => {
    const { tried, work } = newWork((items) => {
      throw items.length > 1 ? new RepeatableError(new Error('of one item'), 'one-by-one') : new RepeatableError(AWAY, 'whole');
    });
    const ended = await runAll(newBatches({ work, maxItems: 10 }).batches, 'abcdefgh');
    expect(ended.every((each) => each.status === 'rejected' && each.reason === AWAY)).toBe(true);
    expect(tried).toEqual(['abcdefgh', 'a', 'b']);
  });

  it('none of the rest after its time', async () => {
    await atFixedTime(async (setTime) => {
      const { tried, work } = newWork((items) => {
        if (items.length === 1) setTime(items[0]!.name === 'b' ? 3_000 : 2_000);
        throw new RepeatableError(new Error('locked'), 'one-by-one');
      });
      const ended = await runAll(newBatches({ work, maxRepeatMs: 3_000 }).batches, 'abc');
      expect(ended).toMatchObject([
        { reason: { message: 'locked' } },
        { reason: { message: 'locked' } },
        { reason: expect.any(Overloaded) },
      ]);
      expect(tried).toEqual(['abc', 'a', 'b']);
    });
  });
});

describe('Batches that failed as a whole', () => {
  /** One batch that fails after a second, while another item waits all that time. Returns how the waiting one ends. */
  const failWhileOneWaits = async (fail: (batches: Batches<Item, string>, underWay: Batch[]) => Promise<void>) => {
    let ended: readonly PromiseSettledResult<string>[] = [];
    await atFixedTime(async (setTime) => {
      const { batches, underWay } = newBatches();
      await fail(batches, underWay);
      const failing = batches.run({ name: 'a' }).catch(() => undefined);
      await nextTurn();
      const waiting = batches.run({ name: 'b' });
      setTime(1_001);
      const both = Promise.allSettled([waiting, batches.run({ name: 'c' })]);
      underWay.at(-1)!.fail(AWAY);
      await failing;
      await nextTurn();
      underWay.at(-1)!.end();
      ended = await both;
    });
    return statuses(ended);
  };
  const failOnce = async (batches: Batches<Item, string>, underWay: Batch[]) => {
    const failing = batches.run({ name: 'before' }).catch(() => undefined);
    await nextTurn();
    underWay[0]!.fail(AWAY);
    await failing;
    await nextTurn();
  };

  it('once is no outage: what waited goes on', async () => {
    expect(await failWhileOneWaits(() => Promise.resolve())).toEqual(['fulfilled', 'fulfilled']);
  });

  it('twice in a row is an outage: an item that waited long fails with it', async () => {
    expect(await failWhileOneWaits(failOnce)).toEqual(['rejected', 'fulfilled']);
  });

  it('twice with a success between them is none', async () => {
    const succeedAfterwards = async (batches: Batches<Item, string>, underWay: Batch[]) => {
      await failOnce(batches, underWay);
      const passing = batches.run({ name: 'between' });
      await nextTurn();
      underWay.at(-1)!.end();
      await passing;
      await nextTurn();
    };
    expect(await failWhileOneWaits(succeedAfterwards)).toEqual(['fulfilled', 'fulfilled']);
  });
});
