import { randomUUID } from 'node:crypto';
import { QueryBus } from '@nestjs/cqrs';
import { MoviesByIds } from '@app/contracts/movies.js';
import type { HttpResponse } from '../../support/http-client.js';
import { CatalogueClient, titlesOf } from './catalogue-client.js';

let catalogue: CatalogueClient;
beforeAll(async () => {
  catalogue = await CatalogueClient.start();
});
afterAll(() => catalogue?.close());

const retireInDatabase = (movieId: string) => catalogue.system.sql(`UPDATE movies.movies SET status = 'retired' WHERE id = $1`, [movieId]);

describe('GET /movies', () => {
  it('movies are listed by title, each once, while others are added', async () => {
    const { system } = catalogue;
    const marker = randomUUID();
    for (const letter of ['d', 'B', 'a', 'C', 'e']) await catalogue.addMovie({ title: `${marker} ${letter}` });
    const first = await system.get(`/movies?q=${marker}&limit=2`);
    expect(titlesOf(first)).toEqual([`${marker} a`, `${marker} B`]);
    await catalogue.addMovie({ title: `${marker} A again` });
    const second = await system.get(`/movies?q=${marker}&limit=2&cursor=${first.body.page.nextCursor}`);
    expect(titlesOf(second)).toEqual([`${marker} C`, `${marker} d`]);
    const third = await system.get(`/movies?q=${marker}&limit=2&cursor=${second.body.page.nextCursor}`);
    expect([titlesOf(third), third.body.page.nextCursor]).toEqual([[`${marker} e`], null]);
  });

  it('movies are listed by title or by release date, in both directions', async () => {
    const { system } = catalogue;
    const marker = randomUUID();
    const dates = [['b', '2016-11-11'], ['A', null], ['d', '1927-01-10'], ['C', '2016-11-11'], ['e', '2026-12-01']] as const; // prettier-ignore
    for (const [letter, releaseDate] of dates) await catalogue.addMovie({ title: `${marker} ${letter}`, releaseDate });
    const retired = await catalogue.addMovie({ title: `${marker} f`, releaseDate: null });
    await retireInDatabase(retired.id as string);
    const listed = async (query: string): Promise<string> => {
      const letters: string[] = [];
      let next = '';
      do {
        const answer = await system.get(`/movies?q=${marker}&limit=2&${query}${next}`);
        letters.push(...titlesOf(answer).map((title) => title.slice(-1)));
        next = answer.body.page.nextCursor === null ? '' : `&cursor=${answer.body.page.nextCursor}`;
      } while (next !== '');
      return letters.join('');
    };
    expect(await listed('sort=title')).toBe('AbCde');
    expect(await listed('sort=-title')).toBe('edCbA');
    expect(await listed('sort=releaseDate')).toBe('AdbCe');
    expect(await listed('sort=-releaseDate')).toBe('eCbdA');
    expect(await listed('sort=-releaseDate&status=active,retired')).toBe('eCbdfA');
    const { body } = await system.get(`/movies?q=${marker}&limit=2&sort=title`);
    for (const query of ['sort=added', 'sort=', `sort=releaseDate&cursor=${body.page.nextCursor}`])
      expect((await system.get(`/movies?q=${marker}&${query}`)).status).toBe(400);
  });

  it('a page that ends with the longest title of any script has a next page', async () => {
    const { system } = catalogue;
    const { id } = await catalogue.addGenre();
    // JSON writes the last two with more bytes than they have.
    const titles = ['x', 'Ж', '映', '\u{1F3AC}', '"', '\u0001'].map((letter) => `x${letter.repeat(299)}`);
    for (const title of titles) await catalogue.addMovie({ title, genreIds: [id] });
    for (const sort of ['title', '-title']) {
      const listed: string[] = [];
      let next: string | null = `/movies?genre=${id}&limit=1&sort=${sort}`;
      while (next !== null) {
        const answer: HttpResponse = await system.get(next);
        expect(answer.status).toBe(200);
        listed.push(...titlesOf(answer));
        next = /^<\/api\/v1([^>]+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1] ?? null;
      }
      expect(listed.sort()).toEqual([...titles].sort());
    }
  });

  it('a part of a title is found in any case, and % and _ stand for themselves', async () => {
    const { system } = catalogue;
    const marker = randomUUID();
    await catalogue.addMovie({ title: `100% Élan_${marker}` });
    await catalogue.addMovie({ title: `1000 Élan ${marker}` });
    expect(titlesOf(await system.get(`/movies?q=${encodeURIComponent(`0% éLAN_${marker.toUpperCase()}`)}`))).toHaveLength(1);
    expect(titlesOf(await system.get(`/movies?q=${encodeURIComponent(`%${marker}`)}`))).toHaveLength(0);
  });

  it('movies of a genre are found by its id and by its name', async () => {
    const { system } = catalogue;
    const genre = await catalogue.addGenre(`Noir ${randomUUID()}`);
    const movie = await catalogue.addMovie({ genreIds: [genre.id] });
    await catalogue.addMovie();
    for (const wanted of [genre.id, genre.id.toUpperCase(), genre.name.toUpperCase()]) {
      expect(titlesOf(await system.get(`/movies?genre=${encodeURIComponent(wanted as string)}`))).toEqual([movie.title]);
    }
    for (const unknown of [randomUUID(), 'no such genre']) expect(titlesOf(await system.get(`/movies?genre=${unknown}`))).toEqual([]);
  });

  it('movies of any of several genres, and of both states', async () => {
    const { system } = catalogue;
    const [one, two, third] = [await catalogue.addGenre(), await catalogue.addGenre(), await catalogue.addGenre()];
    const both = await catalogue.addMovie({ genreIds: [one.id, two.id] });
    const retired = await catalogue.addMovie({ genreIds: [two.id] });
    await catalogue.addMovie({ genreIds: [third.id] });
    await retireInDatabase(retired.id as string);
    const titled = [both, retired].map(({ title }) => title as string).sort();
    const genres = `genre=${one.id},${encodeURIComponent((two.name as string).toUpperCase())}`;
    expect(titlesOf(await system.get(`/movies?${genres}`))).toEqual([both.title]);
    expect(titlesOf(await system.get(`/movies?${genres}&status=retired,active`)).sort()).toEqual(titled);
    expect(titlesOf(await system.get(`/movies?genre=no such genre,${one.id}`))).toEqual([both.title]);
    const { body: first } = await system.get(`/movies?${genres}&status=active,retired&limit=1`);
    const { body: second } = await system.get(`/movies?${genres}&status=active,retired&limit=1&cursor=${first.page.nextCursor}`);
    expect([...first.data, ...second.data].map(({ title }) => title as string).sort()).toEqual(titled);
    expect(second.page.nextCursor).toBeNull();
  });

  it('retired movies are listed only on request', async () => {
    const { system } = catalogue;
    const movie = await catalogue.addMovie();
    await retireInDatabase(movie.id as string);
    expect(titlesOf(await system.get(`/movies?q=${encodeURIComponent(movie.title as string)}`))).toEqual([]);
    expect(titlesOf(await system.get(`/movies?status=retired&q=${encodeURIComponent(movie.title as string)}`))).toEqual([movie.title]);
    expect((await system.get(`/movies/${movie.id}`)).body).toMatchObject({ status: 'retired' });
  });

  it('malformed parameters are refused with 400, unknown movies with 404', async () => {
    const { system } = catalogue;
    for (const query of ['status=all', 'q=', 'genre=', 'limit=0', 'limit=1e1', 'cursor=abc', 'cursor=W10', 'foo=1', 'q=a&q=b']) {
      expect({ query, status: (await system.get(`/movies?${query}`)).status }).toEqual({ query, status: 400 });
    }
    expect((await system.get('/movies/42')).status).toBe(400);
    expect((await system.get(`/movies/${randomUUID()}`)).status).toBe(404);
    expect((await system.get('/movies', { token: 'not a token' })).status).toBe(200);
  });

  it('an unchanged answer is 304 without a body, a changed one is sent again', async () => {
    const { system } = catalogue;
    const movie = await catalogue.addMovie();
    for (const path of [`/movies/${movie.id}`, `/movies?q=${encodeURIComponent(movie.title as string)}`]) {
      const first = await system.get(path);
      const etag = first.headers.get('etag')!;
      const again = await system.get(path, { headers: { 'if-none-match': `"other", ${etag}` } });
      expect([again.status, again.body, again.headers.get('etag')]).toEqual([304, '', etag]);
    }
    const etag = (await system.get(`/movies/${movie.id}`)).headers.get('etag')!;
    await catalogue.asAdmin('PATCH', `/movies/${movie.id}`, { runtimeMinutes: 117 });
    const changed = await system.get(`/movies/${movie.id}`, { headers: { 'if-none-match': etag } });
    expect(changed).toMatchObject({ status: 200, body: { runtimeMinutes: 117 } });
    expect(changed.headers.get('etag')).not.toBe(etag);
  });
});

describe('MoviesByIds', () => {
  it('other contexts get the movies of their ids, without the unknown ones', async () => {
    const [one, two] = [await catalogue.addMovie(), await catalogue.addMovie()];
    await retireInDatabase(two.id as string);
    const movies = await catalogue.system.api
      .get(QueryBus, { strict: false })
      .execute(new MoviesByIds([one.id as string, two.id as string, randomUUID()]));
    expect(movies.sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
      { id: one.id as string, title: one.title as string, runtimeMinutes: 100, retired: false },
      { id: two.id as string, title: two.title as string, runtimeMinutes: 100, retired: true },
    ]);
  });
});
