import { ShowtimesAhead } from '@app/contracts/showtimes.js';
import { MovieHasShowtimes, MovieNotFound } from '../../domain/errors.js';
import { aMovie } from '../../testing/builders.js';
import { MoviesHarness } from '../../testing/movies-harness.js';
import { RetireMovie } from './retire-movie.js';

describe('RetireMovie', () => {
  const setUp = async ({ showtimesAhead }: { showtimesAhead: number }) => {
    const movie = aMovie();
    const harness = await MoviesHarness.with({ movies: [movie] });
    const asked: ShowtimesAhead[] = [];
    harness.bus.answer(ShowtimesAhead, (query) => {
      asked.push(query);
      return showtimesAhead;
    });
    const { movies, audit, adminId } = harness;
    const retire = ({ cancelShowtimes = false, id = movie.id } = {}) => harness.execute(new RetireMovie(adminId, id, { cancelShowtimes }));
    return { movie, movies, audit, adminId, asked, retire };
  };

  it('a movie without showtimes is retired', async () => {
    const { movie, movies, asked, retire } = await setUp({ showtimesAhead: 0 });
    expect(await retire()).toEqual({ changed: true, showtimesAhead: 0 });
    expect(movies.states.get(movie.id)).toMatchObject({ status: 'retired' });
    expect(asked).toEqual([new ShowtimesAhead({ movieId: movie.id })]);
  });

  it('a movie with showtimes is refused with their number and no audit entry', async () => {
    const { retire, audit } = await setUp({ showtimesAhead: 2 });
    await expect(retire()).rejects.toThrow(MovieHasShowtimes);
    expect(audit.entries).toEqual([]);
    await expect(retire()).rejects.toMatchObject({ code: 'movies.movie-has-showtimes', details: { showtimesAhead: 2 } });
  });

  it('a movie is retired together with its showtimes on request', async () => {
    const { movie, movies, retire, audit, adminId } = await setUp({ showtimesAhead: 2 });
    await retire({ cancelShowtimes: true });
    expect(movies.states.get(movie.id)).toMatchObject({ status: 'retired' });
    expect(movies.recorded.at(-1)).toBe('movies.movie-retired.v1');
    expect(audit.entries).toEqual([
      { actor: adminId, action: 'movies.retire-movie', subject: movie.id, details: { cancelShowtimes: true, showtimesAhead: 2 } },
    ]);
  });

  it('a second retirement leaves no second audit entry', async () => {
    const { retire, audit } = await setUp({ showtimesAhead: 0 });
    expect([await retire(), await retire()]).toMatchObject([{ changed: true }, { changed: false }]);
    expect(audit.entries).toHaveLength(1);
  });

  it('an unknown movie is not found', async () => {
    const { retire } = await setUp({ showtimesAhead: 0 });
    await expect(retire({ id: '019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11' })).rejects.toThrow(MovieNotFound);
  });
});
