/** What every keeper of films promises, whether it keeps them in memory or in PostgreSQL. */
import { randomUUID } from 'node:crypto';
import { MovieNotFound } from '../domain/errors.js';
import type { Genre } from '../domain/genre.js';
import type { Movie } from '../domain/movie.js';
import { type Movies, identityKey, identityOf } from '../domain/movies.js';
import { aMovie } from './films.js';

/** `genres` are three that exist, in the order of their names. */
export function moviesContract(
  given: () => Promise<{ movies: Movies; genres: readonly Genre[]; transaction: <T>(work: () => Promise<T>) => Promise<T> }>,
): void {
  let context: Awaited<ReturnType<typeof given>>;
  beforeEach(async () => {
    context = await given();
  });
  const kept = (movie: Movie) => context.movies.change(movie.id, ({ state }) => state);

  it('gives back what was added', async () => {
    const { movies, genres } = context;
    const full = aMovie({ genres });
    const bare = aMovie({ releaseDate: null, ageRating: null });
    for (const movie of [full, bare]) await movies.add(movie);
    expect(await kept(full)).toEqual(full.state);
    expect(await kept(bare)).toEqual(bare.state);
  });

  it('keeps a change, its genres included, and answers what was decided', async () => {
    const { movies, genres } = context;
    const movie = aMovie({ genres: genres.slice(0, 2) });
    await movies.add(movie);
    const answer = await movies.change(movie.id, (loaded) => {
      loaded.change({ runtimeMinutes: 123, releaseDate: null, genres: genres.slice(1) });
      return loaded.state.runtimeMinutes;
    });
    expect(answer).toBe(123);
    expect(await kept(movie)).toMatchObject({ runtimeMinutes: 123, releaseDate: null, genres: genres.slice(1), version: 2 });
  });

  it('refuses to change a film that is not there', async () => {
    await expect(context.movies.change(randomUUID(), () => undefined)).rejects.toThrow(MovieNotFound);
  });

  it('knows a film again by title and year, retired or not, whatever the case', async () => {
    const { movies, transaction } = context;
    const [dated, undated, retired] = [aMovie({ releaseDate: '2016-11-11' }), aMovie({ releaseDate: null }), aMovie()];
    for (const movie of [dated, undated, retired]) await movies.add(movie);
    await movies.change(retired.id, (movie) => movie.retire({ showtimesAhead: 0, cancelShowtimes: false }));
    const all = [dated, undated, retired].map(({ state }) => identityOf(state));
    const others = [
      { ...all[0]!, releaseYear: 2017 },
      { ...all[0]!, releaseYear: null },
      { ...all[1]!, releaseYear: 2016 },
    ];
    const known = await transaction(() => movies.knownAmong([...all, ...others]));
    expect([...known].sort()).toEqual(all.map(identityKey).sort());
  });

  it('adds many at once, with and without genres', async () => {
    const { movies, genres } = context;
    const many = [aMovie({ genres }), aMovie({ releaseDate: null }), aMovie({ genres: genres.slice(0, 1), ageRating: null })];
    await movies.addAll(many);
    await movies.addAll([]);
    for (const movie of many) expect(await kept(movie)).toEqual(movie.state);
  });
}
