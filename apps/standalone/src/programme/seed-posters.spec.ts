import SEED_MOVIES from './movies.json' with { type: 'json' };
import { seedPosters } from './seed-posters.js';

/** Lists these movies, and keeps the posters that are sent. */
function api(movies: { id: string; title: string; releaseDate: string | null; poster: object | null }[]) {
  const sent: { path: string; type: string; bytes: number }[] = [];
  const call = (method: string, path: string, body?: unknown) => {
    if (method === 'GET') return Promise.resolve({ status: 200, body: { data: movies, page: { nextCursor: null } } });
    const file = (body as FormData).get('poster') as File;
    sent.push({ path, type: file.type, bytes: file.size });
    for (const movie of movies) if (path.includes(movie.id)) movie.poster = {};
    return Promise.resolve({ status: 200, body: {} });
  };
  return { sent, call };
}

const [first, second] = SEED_MOVIES;
const seed = (id: string, { title, releaseDate }: { title: string; releaseDate: string }, poster: object | null = null) => ({
  id,
  title,
  releaseDate,
  poster,
});

describe('seedPosters', () => {
  it('seed movies without a poster get one, once; other movies get none', async () => {
    const client = api([seed('a', first!), seed('b', second!, {}), seed('c', { title: 'Another movie', releaseDate: '2020-01-01' })]);
    const { signal } = new AbortController();
    expect(await seedPosters(client, { signal })).toBe(1);
    expect(client.sent).toMatchObject([{ path: '/movies/a/poster', type: 'image/png' }]);
    expect(await seedPosters(client, { signal })).toBe(0);
  });

  it('an end of the system stops it before the next movie', async () => {
    const client = api([seed('a', first!), seed('b', second!)]);
    expect(await seedPosters(client, { signal: AbortSignal.abort() })).toBe(0);
    expect(client.sent).toEqual([]);
  });
});
