/** What every list of due work promises, whether it is kept in memory or in PostgreSQL. */
import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { newId } from '@app/kernel/id.js';
import { DUE_TASKS, type DueRows, type DueWork } from '../domain/due-rows.js';

export function dueRowsContract(given: () => Promise<{ dueRows: DueRows; clock: FixedClock }>): void {
  let dueRows: DueRows;
  let clock: FixedClock;
  let work: DueWork;
  beforeEach(async () => {
    ({ dueRows, clock } = await given());
    work = { kind: 'list-refunds', subject: newId() };
  });
  const take = async (limit = 100) => (await dueRows.take(DUE_TASKS, limit)).filter(({ subject }) => subject === work.subject);

  it('gives what is wanted to one taker', async () => {
    await dueRows.want([work]);
    expect((await Promise.all([take(), take(), take()])).flat()).toEqual([{ ...work, tries: 0, wanted: 1 }]);
  });

  it('gives it to another when the taker never comes back', async () => {
    await dueRows.want([work]);
    await take();
    expect(await take()).toEqual([]);
    clock.advance(60 * 60_000);
    expect(await take()).toHaveLength(1);
  });

  it('is done with it, until it is wanted again', async () => {
    await dueRows.want([work]);
    await dueRows.done((await take())[0]!);
    clock.advance(60 * 60_000);
    expect(await take()).toEqual([]);
    await dueRows.want([work]);
    expect(await take()).toHaveLength(1);
  });

  it('is not done with what was wanted again meanwhile', async () => {
    await dueRows.want([work]);
    const [taken] = await take();
    await dueRows.want([work]);
    expect(await take()).toEqual([]);
    await dueRows.done(taken!);
    expect(await take()).toEqual([{ ...work, tries: 0, wanted: 2 }]);
  });

  it('waits longer with each failure, and being wanted does not shorten that', async () => {
    await dueRows.want([work]);
    await dueRows.failed((await take())[0]!, 'no');
    await dueRows.want([work]);
    expect(await take()).toEqual([]);
    clock.advance(60 * 60_000);
    expect(await take()).toEqual([{ ...work, tries: 1, wanted: 2 }]);
  });

  it('puts back what was never tried', async () => {
    await dueRows.want([work]);
    await dueRows.putBack(await take());
    expect(await take()).toEqual([{ ...work, tries: 0, wanted: 1 }]);
  });

  it('keeps a key and its age until the next key is taken, and its number beyond that', async () => {
    expect(await dueRows.key(work)).toEqual({ attempt: 1, age: 0 });
    clock.advance(5_000);
    expect(await dueRows.key(work)).toEqual({ attempt: 1, age: 5_000 });
    await Promise.all([dueRows.nextKey(work, 1), dueRows.nextKey(work, 1)]);
    expect(await dueRows.key(work)).toEqual({ attempt: 2, age: 0 });
    await dueRows.done(work);
    await dueRows.want([{ ...work, nextKey: true }]);
    expect(await dueRows.key(work)).toEqual({ attempt: 3, age: 0 });
  });
}
