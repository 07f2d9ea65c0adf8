import { searchFromWatermark } from './search-from-watermark.js';

const at = (minute: number): string => new Date(Date.UTC(2030, 0, 1, 12, minute)).toISOString();

describe('A search from a watermark', () => {
  let watermark = '';
  let handled: string[] = [];
  beforeEach(() => ([watermark, handled] = [at(20), []]));

  async function search(facts: readonly string[], { now = at(40), failing = '' } = {}): Promise<void> {
    await searchFromWatermark({
      watermark: {
        read: () => Promise.resolve(new Date(watermark)),
        advanceTo: (time) => Promise.resolve(void (watermark = time)),
        reset: () => Promise.resolve(void (watermark = at(0))),
      },
      now: new Date(now),
      pageSize: 2,
      positionAt: (since) => ({ time: since }),
      read: ({ time }) =>
        Promise.resolve(facts.filter((each) => each > time).map((each) => ({ time: each }))).then((all) => all.slice(0, 2)),
      timeOf: ({ time }) => time,
      handle: (page) => {
        handled.push(...page.map(({ time }) => time));
        return Promise.resolve(page.every(({ time }) => time !== failing));
      },
    });
  }

  it('facts from ten minutes before the watermark on are found, page by page', async () => {
    await search([at(9), at(11), at(21), at(22)]);
    expect(handled).toEqual([at(11), at(21), at(22)]);
    expect(watermark).toBe(at(22));
  });

  it('the watermark stays before a page with a failure, and the search goes on', async () => {
    await search([at(21), at(22), at(23), at(24), at(25)], { failing: at(23) });
    expect(handled).toHaveLength(5);
    expect(watermark).toBe(at(22));
  });

  it('a clock that was set back behind the watermark resets it', async () => {
    await search([at(1), at(2)], { now: at(10) });
    expect(handled).toEqual([at(1), at(2)]);
    expect(watermark).toBe(at(2));
  });

  it('a search without facts leaves the watermark where it is', async () => {
    await search([]);
    expect(watermark).toBe(at(20));
  });
});
