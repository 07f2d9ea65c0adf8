import type { QueryBus } from '@nestjs/cqrs';
import { ShowtimesAhead } from '@app/contracts/showtimes.js';
import { InMemoryAuditTrail } from '@app/kernel/testing/in-memory-audit-trail.js';
import type { Database } from '@app/platform/persistence/database.js';
import { MovieHasShowtimes, MovieNotFound } from '../../domain/errors.js';
import { aMovie } from '../../testing/films.js';
import { InMemoryMovies } from '../../testing/in-memory-movies.js';
import { RetireMovie, RetireMovieHandler } from './retire-movie.js';

describe('Retiring a film from the catalogue', () => {
  const setUp = async (showtimesAhead: number) => {
    const movies = new InMemoryMovies();
    const movie = aMovie();
    await movies.add(movie);
    const asked: unknown[] = [];
    const queries = { execute: (query: unknown) => (asked.push(query), Promise.resolve(showtimesAhead)) } as unknown as QueryBus;
    const audit = new InMemoryAuditTrail();
    const handler = new RetireMovieHandler(movies, queries, audit, { transaction: (work: () => unknown) => work() } as unknown as Database);
    return {
      movie,
      movies,
      asked,
      audit,
      retire: (cancelShowtimes = false, id = movie.id) => handler.execute(new RetireMovie('an-admin', id, cancelShowtimes)),
    };
  };

  it('asks what is scheduled and answers the retired film', async () => {
    const { movie, asked, retire } = await setUp(0);
    expect(await retire()).toMatchObject({ id: movie.id, status: 'retired' });
    expect(asked).toEqual([new ShowtimesAhead({ movieId: movie.id })]);
  });

  it('answers how many showtimes stand in the way', async () => {
    const { retire, audit } = await setUp(2);
    await expect(retire()).rejects.toThrow(MovieHasShowtimes);
    expect(audit.entries).toEqual([]);
    await expect(retire()).rejects.toMatchObject({ code: 'movies.movie-has-showtimes', details: { showtimesAhead: 2 } });
  });

  it('takes them along when told to', async () => {
    const { movie, movies, retire, audit } = await setUp(2);
    expect(await retire(true)).toMatchObject({ status: 'retired' });
    expect(movies.recorded.at(-1)).toBe('movies.movie-retired.v1');
    expect(audit.entries).toEqual([
      { actor: 'an-admin', action: 'movies.retire-movie', subject: movie.id, details: { cancelShowtimes: true, showtimesAhead: 2 } },
    ]);
  });

  it('knows no film that was never added', async () => {
    const { retire } = await setUp(0);
    await expect(retire(false, '019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11')).rejects.toThrow(MovieNotFound);
  });
});
