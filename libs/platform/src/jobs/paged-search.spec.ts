import { NIL_UUID } from '@app/kernel/id.js';
import { JobPostponed } from './job.js';
import { searchPages } from './paged-search.js';
import { runStoppable } from './job-stop.js';

interface Position {
  readonly at: number;
  readonly id: string;
}

describe('A paged search', () => {
  let stop: AbortController;
  let reads: Position[];
  let handled: number[];
  let pagesDone: number[];
  beforeEach(() => ([stop, reads, handled, pagesDone] = [new AbortController(), [], [], []]));

  /** Items at 1, 2, 3 …, two a page. */
  function search(count: number, handle: (items: readonly Position[]) => Promise<boolean | void> = () => Promise.resolve()): Promise<void> {
    const items = Array.from({ length: count }, (_, i) => ({ at: i + 1, id: `item-${i + 1}` }));
    return runStoppable(stop.signal, () =>
      searchPages({
        pageSize: 2,
        from: { at: 0, id: NIL_UUID },
        read: (after) => {
          reads.push(after);
          return Promise.resolve(items.filter(({ at }) => at > after.at).slice(0, 2));
        },
        handle: async (page) => {
          const passed = await handle(page);
          handled.push(...page.map(({ at }) => at));
          return passed;
        },
        pageDone: ({ at }) => Promise.resolve(void pagesDone.push(at)),
      }),
    );
  }
  const failingAt =
    (...broken: readonly number[]) =>
    (page: readonly Position[]): Promise<void> => {
      const failed = page.find(({ at }) => broken.includes(at));
      return failed === undefined ? Promise.resolve() : Promise.reject(new Error(`broken ${failed.at}`));
    };

  it('each page begins behind the last item of the page before', async () => {
    await search(5);
    expect(handled).toEqual([1, 2, 3, 4, 5]);
    expect(reads.map(({ id }) => id)).toEqual([NIL_UUID, 'item-2', 'item-4']);
    expect(pagesDone).toEqual([2, 4, 5]);
  });

  it('a search ends at an empty page, which may follow a full one', async () => {
    await search(0);
    expect([handled, reads.length]).toEqual([[], 1]);
    await search(2);
    expect([handled, reads.length]).toEqual([[1, 2], 3]);
  });

  it('an item that fails stops no other of its page and no page behind it', async () => {
    await expect(search(5, failingAt(2, 3))).rejects.toThrow('broken 2');
    expect(handled).toEqual([1, 4, 5]);
  });

  it('no page is done from the first one with a failure on', async () => {
    await expect(search(5, failingAt(3))).rejects.toThrow('broken 3');
    expect(pagesDone).toEqual([2]);
  });

  it('a failure with an alert of its own is not thrown, and its page is not done', async () => {
    await search(5, (page) => Promise.resolve(page.every(({ at }) => at !== 3)));
    expect([handled, pagesDone]).toEqual([[1, 2, 3, 4, 5], [2]]);
  });

  it('a page whose items succeed one by one has not failed', async () => {
    await search(4, (page) => (page.length > 1 ? Promise.reject(new Error('deadlock')) : Promise.resolve()));
    expect([handled, pagesDone]).toEqual([
      [1, 2, 3, 4],
      [2, 4],
    ]);
  });

  it('a database that is away ends it at once', async () => {
    const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    await expect(search(5, () => Promise.reject(away))).rejects.toBe(away);
    expect(reads).toHaveLength(1);
  });

  it('a process that ends reads no further page, and the rest is due at once', async () => {
    const ended = search(5, () => Promise.resolve(stop.abort()));
    await expect(ended).rejects.toThrow(JobPostponed);
    await expect(ended).rejects.toMatchObject({ byMs: 0 });
    expect([handled, pagesDone]).toEqual([[1, 2], [2]]);
  });

  it('the last page of a process that ends completes the search', async () => {
    await search(2 + 1, (page) => Promise.resolve(page.length < 2 ? stop.abort() : undefined));
    expect(handled).toEqual([1, 2, 3]);
  });

  it('a failure is thrown also by a process that ends', async () => {
    const breakAndStop = (page: readonly Position[]) => {
      stop.abort();
      return failingAt(1)(page);
    };
    await expect(search(5, breakAndStop)).rejects.toThrow('broken 1');
  });
});
