import { randomUUID } from 'node:crypto';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Genres } from '../../../libs/movies/src/domain/genres.js';
import { Movies } from '../../../libs/movies/src/domain/movies.js';
import { aGenre } from '../../../libs/movies/src/testing/builders.js';
import { moviesContract } from '../../../libs/movies/src/testing/movies.contract.js';
import { CatalogueClient, movieRequest } from './catalogue-client.js';

let catalogue: CatalogueClient;
beforeAll(async () => {
  catalogue = await CatalogueClient.start();
});
afterAll(() => catalogue?.close());

describe('PostgresMovies', () => {
  moviesContract(async () => {
    const { api } = catalogue.system;
    const genres = ['A', 'B', 'C'].map((letter) => aGenre(`${letter} ${randomUUID()}`));
    for (const genre of genres) await api.get<Genres>(Genres, { strict: false }).add(genre);
    const transactions = api.get<Transactions>(Transactions, { strict: false });
    return { movies: api.get<Movies>(Movies, { strict: false }), genres, transactions };
  });
});

describe('POST /movies', () => {
  it('a new movie is answered with 201, all its fields and its location', async () => {
    const genre = await catalogue.addGenre();
    const request = movieRequest({
      title: '  The   Arrival ',
      releaseDate: '2016-11-11',
      ageRating: 'PG-13',
      genreIds: [genre.id, genre.id.toUpperCase()],
    });
    const { status, headers, body } = await catalogue.asAdmin('POST', '/movies', request);
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
      poster: null,
    });
    expect(headers.get('location')).toBe(`/api/v1/movies/${body.id}`);
    expect((await catalogue.system.get(`/movies/${body.id}`)).body).toEqual(body);
  });

  it('only an admin adds movies and genres', async () => {
    const { token } = await catalogue.system.registerCustomer();
    expect((await catalogue.system.post('/movies', movieRequest())).status).toBe(401);
    expect((await catalogue.system.post('/movies', movieRequest(), { token })).status).toBe(403);
    expect((await catalogue.system.post('/genres', { name: 'Drama' }, { token })).status).toBe(403);
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
  ])('a movie with %j is refused with 400 and the field', async (own, pointer) => {
    const { status, body } = await catalogue.asAdmin('POST', '/movies', movieRequest(own));
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ pointer }]);
  });

  it('a movie of an unknown genre is refused with 422', async () => {
    const genreId = randomUUID();
    expect(await catalogue.asAdmin('POST', '/movies', movieRequest({ genreIds: [genreId] }))).toMatchObject({
      status: 422,
      body: { code: 'movies.unknown-genres', genreIds: [genreId] },
    });
  });

  it('a title may have 300 characters, however many bytes each has', async () => {
    for (const letter of ['\u{1F3AC}', '\u0130', 'ﷺ'])
      expect(await catalogue.addMovie({ title: letter.repeat(300) })).toMatchObject({ status: 'active' });
  });

  it('repeated requests with one Idempotency-Key add one movie', async () => {
    const [key, request] = [randomUUID(), movieRequest()];
    const send = (body: unknown) => catalogue.asAdmin('POST', '/movies', body, { 'idempotency-key': key });
    const answers = await Promise.all([send(request), send(request), send(request)]);
    expect(new Set(answers.map(({ body }) => body.id as string)).size).toBe(1);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(2);
    expect(await send(movieRequest())).toMatchObject({ status: 422, body: { code: 'platform.idempotency-key-reused' } });
    expect(await catalogue.system.sql('SELECT FROM movies.movies WHERE title = $1', [request.title])).toHaveLength(1);
    expect(await catalogue.auditOf(answers[0].body.id as string)).toHaveLength(1);
  });
});

describe('PATCH /movies/:id', () => {
  it('a change replaces what is named, removes what is null and keeps the rest', async () => {
    const [one, two] = [await catalogue.addGenre(`A ${randomUUID()}`), await catalogue.addGenre(`B ${randomUUID()}`)];
    const movie = await catalogue.addMovie({ releaseDate: '2016-11-11', ageRating: 'PG', genreIds: [one.id] });
    const { status, body } = await catalogue.asAdmin('PATCH', `/movies/${movie.id}`, {
      runtimeMinutes: 116,
      ageRating: null,
      genreIds: [two.id, one.id],
    });
    expect(status).toBe(200);
    expect(body).toEqual({ ...movie, runtimeMinutes: 116, ageRating: null, genres: [one, two] });
    expect((await catalogue.system.get(`/movies/${movie.id}`)).body).toEqual(body);
    expect(await eventsOf(movie.id as string)).toMatchObject([
      { sequence: 1, type: 'movies.movie-added.v1' },
      {
        sequence: 2,
        type: 'movies.movie-changed.v1',
        data: { runtimeMinutes: 116, releaseDate: '2016-11-11', genres: [one.name, two.name] },
      },
    ]);
  });

  it('ten changes at the same moment are all stored', async () => {
    const movie = await catalogue.addMovie();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => catalogue.asAdmin('PATCH', `/movies/${movie.id}`, { runtimeMinutes: 101 + i })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    const events = await eventsOf(movie.id as string);
    expect(events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 11 }, (_, i) => i + 1));
  });

  it('a change to the same values publishes no event', async () => {
    const movie = await catalogue.addMovie();
    expect((await catalogue.asAdmin('PATCH', `/movies/${movie.id}`, {})).body).toEqual(movie);
    expect((await catalogue.asAdmin('PATCH', `/movies/${movie.id}`, { title: ` ${movie.title} ` })).body).toEqual(movie);
    expect(await eventsOf(movie.id as string)).toHaveLength(1);
  });

  it('null for a required field is refused with 400, an unknown movie with 404', async () => {
    const movie = await catalogue.addMovie();
    for (const body of [{ title: null }, { description: null }, { runtimeMinutes: null }, { genreIds: null }, { status: 'retired' }]) {
      expect((await catalogue.asAdmin('PATCH', `/movies/${movie.id}`, body)).status).toBe(400);
    }
    expect((await catalogue.asAdmin('PATCH', `/movies/${randomUUID()}`, {})).status).toBe(404);
    expect((await catalogue.asAdmin('PATCH', '/movies/42', {})).status).toBe(400);
  });

  const eventsOf = (movieId: string) =>
    catalogue.system.sql<{ sequence: number; type: string; data: object }>(
      'SELECT sequence, type, data FROM messaging.outbox WHERE subject = $1 ORDER BY sequence',
      [movieId],
    );
});

describe('Audit entries', () => {
  it('adding, changing and retiring a movie leave one audit entry each', async () => {
    const { id, title, description, runtimeMinutes } = await catalogue.addMovie();
    for (let i = 0; i < 2; i++) await catalogue.asAdmin('PATCH', `/movies/${id}`, { runtimeMinutes: 116 });
    expect((await catalogue.asAdmin('PATCH', `/movies/${id}`, { runtimeMinutes: 0 })).status).toBe(400);
    for (let i = 0; i < 2; i++) await catalogue.asAdmin('DELETE', `/movies/${id}`);
    const added = { title, description, runtimeMinutes, releaseDate: null, ageRating: null, genreIds: [] };
    expect(await catalogue.auditOf(id as string)).toEqual([
      { action: 'movies.add-movie', details: added },
      { action: 'movies.change-movie', details: { runtimeMinutes: 116 } },
      { action: 'movies.retire-movie', details: { cancelShowtimes: false, showtimesAhead: 0 } },
    ]);
  });

  it('adding, renaming and removing a genre leave one audit entry each', async () => {
    const { id, name } = await catalogue.addGenre();
    const renamed = `Renamed ${randomUUID()}`;
    for (let i = 0; i < 2; i++) await catalogue.asAdmin('PATCH', `/genres/${id}`, { name: renamed });
    for (let i = 0; i < 2; i++) await catalogue.asAdmin('DELETE', `/genres/${id}`);
    expect(await catalogue.auditOf(id as string)).toEqual([
      { action: 'movies.add-genre', details: { name: name as string } },
      { action: 'movies.rename-genre', details: { name: renamed } },
      { action: 'movies.remove-genre', details: { name: renamed } },
    ]);
  });
});
