import { DAY_MS } from '@app/kernel/durations.js';
import { addMs } from '@app/kernel/instants.js';
import type { AdminClient } from './admin-api.js';
import SEED_MOVIES from './movies.json' with { type: 'json' };
import { seedProgramme } from './seed.js';
import { SEED_THEATRES } from './theatres.js';

interface Item {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** The part of the API that seeding uses. It counts the requests. */
class FakeApi implements AdminClient {
  readonly lists: Record<string, Item[]> = { genres: [], movies: [], theatres: [], rooms: [], showtimes: [] };
  #concurrent = 0;
  requests = 0;
  maxConcurrent = 0;
  refusalOf: (path: string) => number | null = () => null;

  async call(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    this.requests++;
    this.maxConcurrent = Math.max(this.maxConcurrent, ++this.#concurrent);
    await new Promise(setImmediate);
    this.#concurrent--;
    const url = new URL(path, 'http://api');
    const status = this.refusalOf(url.pathname);
    if (status !== null && method === 'POST') return { status, body: { code: 'no' } };
    return method === 'GET' ? { status: 200, body: this.page(url) } : { status: 201, body: this.add(url.pathname, body as object) };
  }

  private page({ pathname, searchParams }: URL): unknown {
    const limit = Number(searchParams.get('limit'));
    const from = Number(searchParams.get('cursor') ?? 0);
    const matching = this.lists[pathname.slice(1)]!.filter(({ status, roomId }) => {
      if (searchParams.has('roomId') && searchParams.get('roomId') !== roomId) return false;
      return !searchParams.has('status') || searchParams.get('status') === status;
    });
    return {
      data: matching.slice(from, from + limit),
      page: { nextCursor: from + limit < matching.length ? String(from + limit) : null },
    };
  }

  private add(path: string, body: object): Item {
    const [, theatreId] = /^\/theatres\/(.+)\/rooms$/.exec(path) ?? [];
    const list = theatreId === undefined ? path.slice(1) : 'rooms';
    const status = { movies: 'active', rooms: 'open', showtimes: 'scheduled' }[list];
    const id = `${list}-${this.lists[list]!.length}`;
    const { startsAt: startsAtLocal, movieId } = body as { startsAt?: string; movieId?: string };
    const item: Item = { id, status, theatre: { id: theatreId }, startsAtLocal, movie: { id: movieId }, ...body };
    this.lists[list]!.push(item);
    return item;
  }

  /** In any order, without their ids. */
  programme(): string[] {
    return this.lists['showtimes']!.map((item) => [item['roomId'], item['startsAtLocal'], item['movieId']].join(' ')).sort();
  }

  daysOf(roomId: unknown): Set<string> {
    return new Set(
      this.lists['showtimes']!.filter((item) => item['roomId'] === roomId).map((item) => String(item['startsAt']).slice(0, 10)),
    );
  }
}

const noon = new Date('2026-11-21T12:00:00Z');
const daysLater = (count: number) => addMs(noon, count * DAY_MS);

describe('seeding', () => {
  it('an empty system gets movies, theatres and the showtimes of two weeks', async () => {
    const api = new FakeApi();
    const seeded = await seedProgramme(api, noon);
    expect(seeded).toEqual({ movies: SEED_MOVIES.length, showtimes: api.lists['showtimes']!.length });
    expect(api.lists['theatres']).toHaveLength(SEED_THEATRES.length);
    expect(api.lists['rooms']).toHaveLength(SEED_THEATRES.flatMap(({ rooms }) => rooms).length);
    for (const { id } of api.lists['rooms']!) expect(api.daysOf(id).size).toBe(14);
  });

  it('every seeded movie has genres that exist', async () => {
    const api = new FakeApi();
    await seedProgramme(api, noon);
    const known = new Set(api.lists['genres']!.map(({ id }) => id));
    for (const { genreIds } of api.lists['movies']! as (Item & { genreIds: string[] })[]) {
      expect(genreIds.length).toBeGreaterThan(0);
      expect(genreIds.every((id) => known.has(id))).toBe(true);
    }
  });

  it('a second run adds nothing and makes few requests', async () => {
    const api = new FakeApi();
    await seedProgramme(api, noon);
    api.requests = 0;
    expect(await seedProgramme(api, noon)).toEqual({ movies: 0, showtimes: 0 });
    expect(api.requests).toBeLessThan(25);
  });

  it('a run three days later adds only the new days', async () => {
    const api = new FakeApi();
    const first = await seedProgramme(api, noon);
    const later = await seedProgramme(api, daysLater(3));
    expect(later.movies).toBe(0);
    expect(later.showtimes).toBeGreaterThan(0);
    expect(later.showtimes).toBeLessThan(first.showtimes / 3);
    for (const { id } of api.lists['rooms']!) expect(api.daysOf(id).size).toBe(17);
  });

  it('a run after one that failed in the middle of a day adds the rest, once', async () => {
    const whole = new FakeApi();
    await seedProgramme(whole, noon);
    for (const made of [1, 9, 100, 203]) {
      const api = new FakeApi();
      api.refusalOf = (path) => (path === '/showtimes' && api.lists['showtimes']!.length >= made ? 503 : null);
      await expect(seedProgramme(api, noon)).rejects.toThrow('503');
      expect(api.lists['showtimes']).toHaveLength(made);
      api.refusalOf = () => null;
      api.requests = 0;
      const { showtimes } = await seedProgramme(api, noon);
      expect(api.programme()).toEqual(whole.programme());
      expect(api.requests - showtimes).toBeLessThan(25);
    }
  });

  it('a day that an admin changed is left alone', async () => {
    const changes: Readonly<Record<string, object>> = {
      'a cancelled showtime': { status: 'cancelled' },
      'another time': { startsAtLocal: '2026-11-25T09:15:00' },
      'another movie': { movie: { id: 'movies-of-an-admin' } },
    };
    for (const [change, own] of Object.entries(changes)) {
      const api = new FakeApi();
      await seedProgramme(api, noon);
      const index = api.lists['showtimes']!.findIndex(({ startsAtLocal }) => String(startsAtLocal).startsWith('2026-11-25'));
      api.lists['showtimes']![index] = { ...api.lists['showtimes']![index]!, ...own };
      expect([change, await seedProgramme(api, noon)]).toEqual([change, { movies: 0, showtimes: 0 }]);
    }
  });

  it('no showtime is scheduled in the past', async () => {
    const api = new FakeApi();
    await seedProgramme(api, noon);
    const today = api.lists['showtimes']!.map(({ startsAt }) => String(startsAt)).filter((startsAt) => startsAt.startsWith('2026-11-21'));
    // Noon in UTC is seven in the morning in New York and one in the afternoon in Berlin.
    expect(today.sort()[0]).toBe('2026-11-21T10:30:00');
    const inBerlin = new Set(api.lists['rooms']!.filter(({ name }) => /^Sa/.test(String(name))).map(({ id }) => id));
    const starts = api.lists['showtimes']!.filter(({ roomId }) => inBerlin.has(String(roomId))).map(({ startsAt }) => String(startsAt));
    expect(starts.sort()[0]! > '2026-11-21T13:10').toBe(true);
  });

  it('retired movies and closed rooms stay as they are and get no showtimes', async () => {
    const api = new FakeApi();
    await seedProgramme(api, noon);
    api.lists['movies'] = api.lists['movies']!.map((movie, index) => (index === 0 ? { ...movie, status: 'retired' } : movie));
    api.lists['rooms'] = api.lists['rooms']!.map((room, index) => (index === 0 ? { ...room, status: 'closed' } : room));
    const before = api.lists['showtimes']!.length;
    expect((await seedProgramme(api, daysLater(2))).movies).toBe(0);
    const added = api.lists['showtimes']!.slice(before);
    expect(added.length).toBeGreaterThan(0);
    expect(added.filter(({ movieId, roomId }) => movieId === 'movies-0' || roomId === 'rooms-0')).toEqual([]);
    expect(api.lists['rooms']).toHaveLength(7);
  });

  it('a showtime that is refused with 409 is skipped', async () => {
    const api = new FakeApi();
    api.refusalOf = (path) => (path === '/showtimes' ? 409 : null);
    expect(await seedProgramme(api, noon)).toEqual({ movies: SEED_MOVIES.length, showtimes: 0 });
  });

  it('at most 16 requests run at the same time', async () => {
    const api = new FakeApi();
    await seedProgramme(api, noon);
    expect(api.maxConcurrent).toBeLessThanOrEqual(16);
  });

  it('a run after one that failed adds each movie once', async () => {
    const api = new FakeApi();
    api.refusalOf = (path) => (path === '/theatres' ? 429 : null);
    await expect(seedProgramme(api, noon)).rejects.toThrow('429');
    api.refusalOf = () => null;
    await seedProgramme(api, noon);
    expect(api.lists['movies']).toHaveLength(SEED_MOVIES.length);
  });

  it('another refusal ends the run with the answer of the API', async () => {
    const api = new FakeApi();
    api.refusalOf = (path) => (path === '/showtimes' ? 422 : null);
    await expect(seedProgramme(api, noon)).rejects.toThrow('POST /showtimes answered 422: {"code":"no"}');
    expect(api.requests).toBeLessThan(200);
  });
});
