import { randomUUID } from 'node:crypto';
import { Genres } from '../../../libs/movies/src/domain/genres.js';
import { Movies } from '../../../libs/movies/src/domain/movies.js';
import { aMovie } from '../../../libs/movies/src/testing/builders.js';
import { genresContract } from '../../../libs/movies/src/testing/genres.contract.js';
import { until } from '../../support/until.js';
import { CatalogueClient } from './catalogue-client.js';

let catalogue: CatalogueClient;
beforeAll(async () => {
  catalogue = await CatalogueClient.start();
});
afterAll(() => catalogue?.close());

describe('PostgresGenres', () => {
  genresContract(async () => {
    const { api } = catalogue.system;
    const [movies, genres] = [api.get<Movies>(Movies, { strict: false }), api.get<Genres>(Genres, { strict: false })];
    return Promise.resolve({ genres, use: async (genreId) => movies.add(aMovie({ genres: await genres.ofIds([genreId]) })) });
  });
});

describe('Genres', () => {
  it('a genre is added, read, renamed and removed', async () => {
    const { system } = catalogue;
    const added = await catalogue.asAdmin('POST', '/genres', { name: `  Film   noir ${randomUUID()} ` });
    expect(added.status).toBe(201);
    expect(added.headers.get('location')).toBe(`/api/v1/genres/${added.body.id}`);
    expect((await system.get(`/genres/${added.body.id}`)).body).toEqual(added.body);
    const name = `Noir ${randomUUID()}`;
    expect((await catalogue.asAdmin('PATCH', `/genres/${added.body.id}`, { name })).body).toEqual({ id: added.body.id as string, name });
    expect(await catalogue.asAdmin('DELETE', `/genres/${added.body.id}`)).toMatchObject({ status: 204, body: '' });
    expect((await system.get(`/genres/${added.body.id}`)).status).toBe(404);
    expect((await catalogue.asAdmin('DELETE', `/genres/${added.body.id}`)).status).toBe(404);
  });

  it('genres are listed by name, page by page', async () => {
    for (const letter of ['b', 'A', 'c']) await catalogue.addGenre(`0 ${letter} ${randomUUID()}`);
    const first = (await catalogue.system.get('/genres?limit=2')).body;
    const second = (await catalogue.system.get(`/genres?limit=1&cursor=${first.page.nextCursor}`)).body;
    const names = [...first.data, ...second.data].map(({ name }: { name: string }) => name.slice(0, 3));
    expect(names).toEqual(['0 A', '0 b', '0 c']);
  });

  it('a cursor of another list is refused with 400', async () => {
    for (const key of [[], ['a', 'b'], [5], ['\u0000']]) {
      const cursor = Buffer.from(JSON.stringify(key)).toString('base64url');
      expect(await catalogue.system.get(`/genres?cursor=${cursor}`)).toMatchObject({
        status: 400,
        body: { code: 'http.invalid-input', errors: [{ parameter: 'cursor' }] },
      });
    }
  });

  it('one of three requests at the same moment gets a name, in any case', async () => {
    const name = `Genre ${randomUUID()}`;
    const answers = await Promise.all(
      [name, name.toUpperCase(), ` ${name}`].map((each) => catalogue.asAdmin('POST', '/genres', { name: each })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect((await catalogue.asAdmin('POST', '/genres', { name })).body).toMatchObject({ code: 'movies.genre-name-taken' });
  });
});

describe('DELETE /genres/:id', () => {
  it('a genre that a movie has cannot be removed', async () => {
    const genre = await catalogue.addGenre();
    const movie = await catalogue.addMovie({ genreIds: [genre.id] });
    expect(await catalogue.asAdmin('DELETE', `/genres/${genre.id}`)).toMatchObject({ status: 409, body: { code: 'movies.genre-in-use' } });
    await catalogue.asAdmin('PATCH', `/movies/${movie.id}`, { genreIds: [] });
    expect((await catalogue.asAdmin('DELETE', `/genres/${genre.id}`)).status).toBe(204);
  });

  it('a genre that a movie gets at the same moment cannot be removed', async () => {
    const genre = await catalogue.addGenre();
    const movie = await catalogue.addMovie();
    const removing = () => catalogue.asAdmin('DELETE', `/genres/${genre.id}`);
    const pair = { movieId: movie.id as string, genreId: genre.id as string };
    expect((await whileUncommitted(pair, removing, { waits: true })).status).toBe(409);
  });

  it('without the foreign key such a genre would be removed', async () => {
    const { system } = catalogue;
    const genre = await catalogue.addGenre();
    const movie = await catalogue.addMovie();
    const removing = () => catalogue.asAdmin('DELETE', `/genres/${genre.id}`);
    const pair = { movieId: movie.id as string, genreId: genre.id as string };
    await system.sql('ALTER TABLE movies.movie_genres DROP CONSTRAINT movie_genres_genre_fkey');
    try {
      expect((await whileUncommitted(pair, removing, { waits: false })).status).toBe(204);
    } finally {
      await system.sql('DELETE FROM movies.movie_genres WHERE genre_id = $1', [genre.id]);
      await system.sql(
        'ALTER TABLE movies.movie_genres ADD CONSTRAINT movie_genres_genre_fkey FOREIGN KEY (genre_id) REFERENCES movies.genres (id)',
      );
    }
  });

  /** Gives the movie the genre and commits once `work` waits for it, or, without a guard, once `work` is done. */
  async function whileUncommitted<T>(
    { movieId, genreId }: { movieId: string; genreId: string },
    work: () => Promise<T>,
    { waits }: { waits: boolean },
  ): Promise<T> {
    const { system } = catalogue;
    const client = await system.database.connect();
    try {
      await client.query('BEGIN');
      await client.query('INSERT INTO movies.movie_genres (movie_id, genre_id) VALUES ($1, $2)', [movieId, genreId]);
      const working = work();
      const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      if (waits) await until(async () => (await system.sql(waiting)).length > 0, { what: 'a wait for the genre' });
      else await working;
      await client.query('COMMIT');
      return await working;
    } finally {
      client.release();
    }
  }
});
