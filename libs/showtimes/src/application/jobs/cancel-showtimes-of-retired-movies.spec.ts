import { vi } from 'vitest';
import { aMovie, aShowtime, minutesAfter } from '../../testing/builders.js';
import { ShowtimesHarness } from '../../testing/showtimes-harness.js';
import { RetiredMovieShowtimes } from '../retired-movie-showtimes.js';
import { CancelShowtimesOfRetiredMovies } from './cancel-showtimes-of-retired-movies.js';

describe('CancelShowtimesOfRetiredMovies', () => {
  it('showtimes ahead of a retired movie are cancelled without its event, once', async () => {
    const [movie, other] = [aMovie(), aMovie()];
    const showtimes = {
      ahead: aShowtime({ movie }),
      started: aShowtime({ movie, startsAt: minutesAfter(-10), now: minutesAfter(-100) }),
      ofOther: aShowtime({ movie: other }),
    };
    const harness = new ShowtimesHarness({ movies: [{ ...movie, retired: true }, other], showtimes: Object.values(showtimes) });
    const search = (): Promise<void> => harness.bus.get(CancelShowtimesOfRetiredMovies).run();
    await search();
    expect(Object.values(showtimes).map((showtime) => harness.stateOf(showtime).status)).toEqual(['cancelled', 'scheduled', 'scheduled']);
    await search();
    expect(harness.locks.blocked).toEqual([{ movieId: movie.id }]);
  });

  it('a movie whose showtimes cannot be cancelled stops no other', async () => {
    const movies = [aMovie(), aMovie()];
    const showtimes = movies.map((movie) => aShowtime({ movie }));
    const harness = new ShowtimesHarness({ movies: movies.map((movie) => ({ ...movie, retired: true })), showtimes });
    const ofMovie = harness.bus.get(RetiredMovieShowtimes);
    const cancelAll = ofMovie.cancelAll.bind(ofMovie);
    vi.spyOn(ofMovie, 'cancelAll').mockImplementation((id, facts) =>
      id === movies[0]!.id ? Promise.reject(new Error('broken')) : cancelAll(id, facts),
    );
    await expect(harness.bus.get(CancelShowtimesOfRetiredMovies).run()).rejects.toThrow('broken');
    expect(showtimes.map((showtime) => harness.stateOf(showtime).status)).toEqual(['scheduled', 'cancelled']);
  });
});
