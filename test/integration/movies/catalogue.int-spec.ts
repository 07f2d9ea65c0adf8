import { randomUUID } from 'node:crypto';
import { QueryBus } from '@nestjs/cqrs';
import { MoviesByIds } from '@app/contracts/movies.js';
import { Database } from '@app/platform/persistence/database.js';
import { Genres } from '../../../libs/movies/src/domain/genres.js';
import { Movies } from '../../../libs/movies/src/domain/movies.js';
import { aGenre, aMovie } from '../../../libs/movies/src/testing/films.js';
import { genresContract } from '../../../libs/movies/src/testing/genres.contract.js';
import { moviesContract } from '../../../libs/movies/src/testing/movies.contract.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import type { Json, RequestOptions } from '../../support/http-client.js';
import { until } from '../../support/until.js';

let system: InProcessSystem;
beforeAll(async () => {
  system = await startInProcessSystem({ worker: false });
});
afterAll(() => system?.close());

const asAdmin = async (method: string, path: string, body?: unknown, headers: RequestOptions['headers'] = {}) =>
  system.call(method, path, { token: await system.adminToken(), body, headers });
const addGenre = async (name = `Genre ${randomUUID()}`): Promise<Json> => (await asAdmin('POST', '/genres', { name })).body;
const film = (own: Record<string, unknown> = {}) => ({
  title: `Film ${randomUUID()}`,
  description: 'About waiting.',
  runtimeMinutes: 100,
  ...own,
});
const addFilm = async (own: Record<string, unknown> = {}): Promise<Json> => {
  const { status, body } = await asAdmin('POST', '/movies', film(own));
  expect(status).toBe(201);
  return body;
};
const titles = ({ body }: { body: Json }): string[] => (body.data as { title: string }[]).map(({ title }) => title);

describe('Films kept in PostgreSQL', () => {
  moviesContract(async () => {
    const genres = ['A', 'B', 'C'].map((letter) => aGenre(`${letter} ${randomUUID()}`));
    for (const genre of genres) await system.api.get<Genres>(Genres, { strict: false }).add(genre);
    const database = system.api.get(Database, { strict: false });
    return { movies: system.api.get<Movies>(Movies, { strict: false }), genres, transaction: (work) => database.transaction(work) };
  });
});

describe('Genres kept in PostgreSQL', () => {
  genresContract(async () => {
    const genres = system.api.get<Genres>(Genres, { strict: false });
    const use = async (genreId: string) =>
      system.api.get<Movies>(Movies, { strict: false }).add(aMovie({ genres: await genres.ofIds([genreId]) }));
    return Promise.resolve({ genres, use });
  });
});

describe('Adding a film', () => {
  it('answers the whole film and where it is found', async () => {
    const genre = await addGenre();
    const request = film({
      title: '  The   Arrival ',
      releaseDate: '2016-11-11',
      ageRating: 'PG-13',
      genreIds: [genre.id, genre.id.toUpperCase()],
    });
    const { status, headers, body } = await asAdmin('POST', '/movies', request);
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String) as string,
      status: 'active',
      title: 'The Arrival',
      description: 'About waiting.',
      runtimeMinutes: 100,
      releaseDate: '2016-11-11',
      ageRating: 'PG-13',
      genres: [genre],
    });
    expect(headers.get('location')).toBe(`/api/v1/movies/${body.id}`);
    expect((await system.get(`/movies/${body.id}`)).body).toEqual(body);
  });

  it('is for admins', async () => {
    const { token } = await system.registerCustomer();
    expect((await system.post('/movies', film())).status).toBe(401);
    expect((await system.post('/movies', film(), { token })).status).toBe(403);
    expect((await system.post('/genres', { name: 'Drama' }, { token })).status).toBe(403);
  });

  it.each([
    [{ title: '' }, '/title'],
    [{ title: undefined }, '/title'],
    [{ title: 'x'.repeat(301) }, '/title'],
    [{ description: undefined }, '/description'],
    [{ runtimeMinutes: 0 }, '/runtimeMinutes'],
    [{ runtimeMinutes: '100' }, '/runtimeMinutes'],
    [{ runtimeMinutes: 1.5 }, '/runtimeMinutes'],
    [{ releaseDate: '2016-02-30' }, '/releaseDate'],
    [{ releaseDate: 2016 }, '/releaseDate'],
    [{ ageRating: '' }, '/ageRating'],
    [{ genreIds: ['drama'] }, '/genreIds'],
    [{ genreIds: null }, '/genreIds'],
    [{ stars: 5 }, '/stars'],
    [{ title: 'nul \u0000' }, '/title'],
  ])('refuses %j and names the field', async (own, pointer) => {
    const { status, body } = await asAdmin('POST', '/movies', film(own));
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ pointer }]);
  });

  it('refuses a genre that is not there', async () => {
    const genreId = randomUUID();
    expect(await asAdmin('POST', '/movies', film({ genreIds: [genreId] }))).toMatchObject({
      status: 422,
      body: { code: 'movies.unknown-genres', genreIds: [genreId] },
    });
  });

  it('takes the longest title there may be', async () => {
    for (const letter of ['\u{1F3AC}', '\u0130', 'ﷺ'])
      expect(await addFilm({ title: letter.repeat(300) })).toMatchObject({ status: 'active' });
  });

  it('adds once what is sent twice under one key, even when the first answer was lost', async () => {
    const [key, request] = [randomUUID(), film()];
    const send = (body: unknown) => asAdmin('POST', '/movies', body, { 'idempotency-key': key });
    const answers = await Promise.all([send(request), send(request), send(request)]);
    expect(new Set(answers.map(({ body }) => body.id as string)).size).toBe(1);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(2);
    expect(await send(film())).toMatchObject({ status: 422, body: { code: 'platform.idempotency-key-reused' } });
    expect(await system.sql('SELECT FROM movies.movies WHERE title = $1', [request.title])).toHaveLength(1);
  });
});

describe('Changing a film', () => {
  it('changes what is named, takes away what is null, and keeps the rest', async () => {
    const [one, two] = [await addGenre(`A ${randomUUID()}`), await addGenre(`B ${randomUUID()}`)];
    const movie = await addFilm({ releaseDate: '2016-11-11', ageRating: 'PG', genreIds: [one.id] });
    const { status, body } = await asAdmin('PATCH', `/movies/${movie.id}`, {
      runtimeMinutes: 116,
      ageRating: null,
      genreIds: [two.id, one.id],
    });
    expect(status).toBe(200);
    expect(body).toEqual({ ...movie, runtimeMinutes: 116, ageRating: null, genres: [one, two] });
    expect((await system.get(`/movies/${movie.id}`)).body).toEqual(body);
    const events = await system.sql('SELECT sequence, type, data FROM messaging.outbox WHERE subject = $1 ORDER BY sequence', [movie.id]);
    expect(events).toMatchObject([
      { sequence: 1, type: 'movies.movie-added.v1' },
      {
        sequence: 2,
        type: 'movies.movie-changed.v1',
        data: { runtimeMinutes: 116, releaseDate: '2016-11-11', genres: [one.name, two.name] },
      },
    ]);
  });

  it('loses none of ten changes made at once', async () => {
    const movie = await addFilm();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => asAdmin('PATCH', `/movies/${movie.id}`, { runtimeMinutes: 101 + i })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    const events = await system.sql<{ sequence: number }>('SELECT sequence FROM messaging.outbox WHERE subject = $1 ORDER BY sequence', [
      movie.id,
    ]);
    expect(events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 11 }, (_, i) => i + 1));
  });

  it('tells nobody where nothing changed', async () => {
    const movie = await addFilm();
    expect((await asAdmin('PATCH', `/movies/${movie.id}`, {})).body).toEqual(movie);
    expect((await asAdmin('PATCH', `/movies/${movie.id}`, { title: ` ${movie.title} ` })).body).toEqual(movie);
    expect(await system.sql('SELECT FROM messaging.outbox WHERE subject = $1', [movie.id])).toHaveLength(1);
  });

  it('refuses null where a film must have something, and films that are not there', async () => {
    const movie = await addFilm();
    for (const body of [{ title: null }, { description: null }, { runtimeMinutes: null }, { genreIds: null }, { status: 'retired' }]) {
      expect((await asAdmin('PATCH', `/movies/${movie.id}`, body)).status).toBe(400);
    }
    expect((await asAdmin('PATCH', `/movies/${randomUUID()}`, {})).status).toBe(404);
    expect((await asAdmin('PATCH', '/movies/42', {})).status).toBe(400);
  });
});

describe('Looking for a film', () => {
  it('lists films by title, page by page, each once, though others are added meanwhile', async () => {
    const marker = randomUUID();
    for (const letter of ['d', 'B', 'a', 'C', 'e']) await addFilm({ title: `${marker} ${letter}` });
    const first = await system.get(`/movies?q=${marker}&limit=2`);
    expect(titles(first)).toEqual([`${marker} a`, `${marker} B`]);
    await addFilm({ title: `${marker} A again` });
    const second = await system.get(`/movies?q=${marker}&limit=2&cursor=${first.body.page.nextCursor}`);
    expect(titles(second)).toEqual([`${marker} C`, `${marker} d`]);
    const third = await system.get(`/movies?q=${marker}&limit=2&cursor=${second.body.page.nextCursor}`);
    expect([titles(third), third.body.page.nextCursor]).toEqual([[`${marker} e`], null]);
  });

  it('finds part of a title in any case, and takes signs for signs', async () => {
    const marker = randomUUID();
    await addFilm({ title: `100% Élan_${marker}` });
    await addFilm({ title: `1000 Élan ${marker}` });
    expect(titles(await system.get(`/movies?q=${encodeURIComponent(`0% éLAN_${marker.toUpperCase()}`)}`))).toHaveLength(1);
    expect(titles(await system.get(`/movies?q=${encodeURIComponent(`%${marker}`)}`))).toHaveLength(0);
  });

  it('finds the films of a genre by its id and by its name', async () => {
    const genre = await addGenre(`Noir ${randomUUID()}`);
    const movie = await addFilm({ genreIds: [genre.id] });
    await addFilm();
    for (const wanted of [genre.id, genre.name.toUpperCase()]) {
      expect(titles(await system.get(`/movies?genre=${encodeURIComponent(wanted as string)}`))).toEqual([movie.title]);
    }
    for (const unknown of [randomUUID(), 'no such genre']) expect(titles(await system.get(`/movies?genre=${unknown}`))).toEqual([]);
  });

  it('shows retired films only to who asks for them', async () => {
    const movie = await addFilm();
    await system.sql(`UPDATE movies.movies SET status = 'retired' WHERE id = $1`, [movie.id]);
    expect(titles(await system.get(`/movies?q=${encodeURIComponent(movie.title as string)}`))).toEqual([]);
    expect(titles(await system.get(`/movies?status=retired&q=${encodeURIComponent(movie.title as string)}`))).toEqual([movie.title]);
    expect((await system.get(`/movies/${movie.id}`)).body).toMatchObject({ status: 'retired' });
  });

  it('refuses parameters that make no sense', async () => {
    for (const query of ['status=all', 'q=', 'genre=', 'limit=0', 'limit=1e1', 'cursor=abc', 'cursor=W10', 'foo=1', 'q=a&q=b']) {
      expect({ query, status: (await system.get(`/movies?${query}`)).status }).toEqual({ query, status: 400 });
    }
    expect((await system.get('/movies/42')).status).toBe(400);
    expect((await system.get(`/movies/${randomUUID()}`)).status).toBe(404);
    expect((await system.get('/movies', { token: 'not a token' })).status).toBe(401);
  });

  it('answers nothing new with 304, and the news with the news', async () => {
    const movie = await addFilm();
    for (const path of [`/movies/${movie.id}`, `/movies?q=${encodeURIComponent(movie.title as string)}`]) {
      const first = await system.get(path);
      const etag = first.headers.get('etag')!;
      const again = await system.get(path, { headers: { 'if-none-match': `"other", ${etag}` } });
      expect([again.status, again.body, again.headers.get('etag')]).toEqual([304, '', etag]);
    }
    const etag = (await system.get(`/movies/${movie.id}`)).headers.get('etag')!;
    await asAdmin('PATCH', `/movies/${movie.id}`, { runtimeMinutes: 117 });
    const news = await system.get(`/movies/${movie.id}`, { headers: { 'if-none-match': etag } });
    expect(news).toMatchObject({ status: 200, body: { runtimeMinutes: 117 } });
    expect(news.headers.get('etag')).not.toBe(etag);
  });

  it('tells the other contexts what they ask, batched and without the unknown', async () => {
    const [one, two] = [await addFilm(), await addFilm()];
    await system.sql(`UPDATE movies.movies SET status = 'retired' WHERE id = $1`, [two.id]);
    const answer = await system.api
      .get(QueryBus, { strict: false })
      .execute(new MoviesByIds([one.id as string, two.id as string, randomUUID()]));
    expect(answer.sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
      { id: one.id as string, title: one.title as string, runtimeMinutes: 100, retired: false },
      { id: two.id as string, title: two.title as string, runtimeMinutes: 100, retired: true },
    ]);
  });
});

describe('Looking after genres', () => {
  it('adds, shows, renames and takes away', async () => {
    const added = await asAdmin('POST', '/genres', { name: `  Film   noir ${randomUUID()} ` });
    expect(added.status).toBe(201);
    expect(added.headers.get('location')).toBe(`/api/v1/genres/${added.body.id}`);
    expect((await system.get(`/genres/${added.body.id}`)).body).toEqual(added.body);
    const name = `Noir ${randomUUID()}`;
    expect((await asAdmin('PATCH', `/genres/${added.body.id}`, { name })).body).toEqual({ id: added.body.id as string, name });
    expect(await asAdmin('DELETE', `/genres/${added.body.id}`)).toMatchObject({ status: 204, body: '' });
    expect((await system.get(`/genres/${added.body.id}`)).status).toBe(404);
    expect((await asAdmin('DELETE', `/genres/${added.body.id}`)).status).toBe(404);
  });

  it('lists them by name, page by page', async () => {
    for (const letter of ['b', 'A', 'c']) await addGenre(`0 ${letter} ${randomUUID()}`);
    const first = (await system.get('/genres?limit=2')).body;
    const second = (await system.get(`/genres?limit=1&cursor=${first.page.nextCursor}`)).body;
    const names = [...first.data, ...second.data].map(({ name }: { name: string }) => name.slice(0, 3));
    expect(names).toEqual(['0 A', '0 b', '0 c']);
  });

  it('knows each name once, in whatever case, also when two add it at once', async () => {
    const name = `Genre ${randomUUID()}`;
    const answers = await Promise.all([name, name.toUpperCase(), ` ${name}`].map((each) => asAdmin('POST', '/genres', { name: each })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect((await asAdmin('POST', '/genres', { name })).body).toMatchObject({ code: 'movies.genre-name-taken' });
  });

  it('keeps a genre that films are listed under', async () => {
    const genre = await addGenre();
    const movie = await addFilm({ genreIds: [genre.id] });
    expect(await asAdmin('DELETE', `/genres/${genre.id}`)).toMatchObject({ status: 409, body: { code: 'movies.genre-in-use' } });
    await asAdmin('PATCH', `/movies/${movie.id}`, { genreIds: [] });
    expect((await asAdmin('DELETE', `/genres/${genre.id}`)).status).toBe(204);
  });

  it('keeps a genre that a film is being listed under at that very moment', async () => {
    const genre = await addGenre();
    const movie = await addFilm();
    expect((await whileListing(movie.id as string, genre.id as string, () => asAdmin('DELETE', `/genres/${genre.id}`), true)).status).toBe(
      409,
    );
  });

  it('would lose it if the foreign key were not there', async () => {
    const genre = await addGenre();
    const movie = await addFilm();
    await system.sql('ALTER TABLE movies.movie_genres DROP CONSTRAINT movie_genres_genre_fkey');
    try {
      expect(
        (await whileListing(movie.id as string, genre.id as string, () => asAdmin('DELETE', `/genres/${genre.id}`), false)).status,
      ).toBe(204);
    } finally {
      await system.sql('DELETE FROM movies.movie_genres WHERE genre_id = $1', [genre.id]);
      await system.sql(
        'ALTER TABLE movies.movie_genres ADD CONSTRAINT movie_genres_genre_fkey FOREIGN KEY (genre_id) REFERENCES movies.genres (id)',
      );
    }
  });

  /** Commits the listing only once the work waits for it, or, without a guard, once the work is done. */
  async function whileListing<T>(movieId: string, genreId: string, work: () => Promise<T>, waits: boolean): Promise<T> {
    const client = await system.database.connect();
    try {
      await client.query('BEGIN');
      await client.query('INSERT INTO movies.movie_genres (movie_id, genre_id) VALUES ($1, $2)', [movieId, genreId]);
      const working = work();
      const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      if (waits) await until(async () => (await system.sql(waiting)).length > 0, { timeoutMs: 1_500, what: 'the genre to be waited for' });
      else await working;
      await client.query('COMMIT');
      return await working;
    } finally {
      client.release();
    }
  }
});
