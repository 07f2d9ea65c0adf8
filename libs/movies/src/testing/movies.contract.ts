/** What every implementation of `Movies` does, in memory and on PostgreSQL. */
import { randomUUID } from 'node:crypto';
import type { Transactions } from '@app/platform/persistence/transactions.js';
import { MovieNotFound } from '../domain/errors.js';
import type { Genre } from '../domain/genre.js';
import type { Movie } from '../domain/movie.js';
import { type Movies, identityKey, identityOf } from '../domain/movies.js';
import { aMovie } from './builders.js';

/** `genres` are three stored genres, sorted by name. */
export function moviesContract(given: () => Promise<{ movies: Movies; genres: readonly Genre[]; transactions: Transactions }>): void {
  let context: Awaited<ReturnType<typeof given>>;
  beforeEach(async () => {
    context = await given();
  });
  const stateOf = (movie: Movie) => context.movies.change(movie.id, ({ state }) => state);

  it('an added movie is stored with all its fields', async () => {
    const { movies, genres } = context;
    const full = aMovie({ genres });
    const bare = aMovie({ releaseDate: null, ageRating: null });
    for (const movie of [full, bare]) await movies.add(movie);
    expect(await stateOf(full)).toEqual(full.state);
    expect(await stateOf(bare)).toEqual(bare.state);
  });

  it('a change is stored with its genres, and returns what was decided', async () => {
    const { movies, genres } = context;
    const movie = aMovie({ genres: genres.slice(0, 2) });
    await movies.add(movie);
    const decided = await movies.change(movie.id, (loaded) => {
      loaded.change({ runtimeMinutes: 123, releaseDate: null, genres: genres.slice(1) }, { overlappingShowtimes: [] });
      return loaded.state.runtimeMinutes;
    });
    expect(decided).toBe(123);
    expect(await stateOf(movie)).toMatchObject({ runtimeMinutes: 123, releaseDate: null, genres: genres.slice(1), version: 2 });
  });

  it('a movie is read as it is stored, and an unknown one is neither read nor changed', async () => {
    const { movies, genres } = context;
    const movie = aMovie({ genres });
    await movies.add(movie);
    expect((await movies.read(movie.id)).state).toEqual(movie.state);
    await expect(movies.read(randomUUID())).rejects.toThrow(MovieNotFound);
    await expect(movies.change(randomUUID(), () => undefined)).rejects.toThrow(MovieNotFound);
  });

  it('a movie is known by title and year, retired or not, in any case', async () => {
    const { movies, transactions } = context;
    const [dated, undated, retired] = [aMovie({ releaseDate: '2016-11-11' }), aMovie({ releaseDate: null }), aMovie()];
    for (const movie of [dated, undated, retired]) await movies.add(movie);
    await movies.change(retired.id, (movie) => movie.retire({ showtimesAhead: 0, cancelShowtimes: false }));
    const all = [dated, undated, retired].map(({ state }) => identityOf(state));
    const others = [
      { ...all[0]!, releaseYear: 2017 },
      { ...all[0]!, releaseYear: null },
      { ...all[1]!, releaseYear: 2016 },
    ];
    const known = await transactions.run(() => movies.knownAmong([...all, ...others]));
    expect([...known].sort()).toEqual(all.map(identityKey).sort());
  });

  it('a movie has the poster that it was given last, and no other', async () => {
    const { movies } = context;
    const movie = aMovie();
    await movies.add(movie);
    const [first, second] = [randomUUID(), randomUUID()];
    const has = (posterId: string) => movies.hasPoster({ movieId: movie.id, posterId });
    expect(await has(first)).toBe(false);
    for (const posterId of [first, second]) await movies.change(movie.id, (loaded) => loaded.setPoster(posterId));
    expect([await has(first), await has(second)]).toEqual([false, true]);
    expect(await movies.hasPoster({ movieId: randomUUID(), posterId: second })).toBe(false);
  });

  it('many movies are added at once, with and without genres', async () => {
    const { movies, genres } = context;
    const many = [aMovie({ genres }), aMovie({ releaseDate: null }), aMovie({ genres: genres.slice(0, 1), ageRating: null })];
    await movies.addAll(many);
    await movies.addAll([]);
    for (const movie of many) expect(await stateOf(movie)).toEqual(movie.state);
  });
}
