import { MovieRetired } from '@app/contracts/movies.js';
import { newId } from '@app/kernel/id.js';
import { aMovie, aShowtime, minutesAfter, NOW } from '../../testing/builders.js';
import { ShowtimesHarness } from '../../testing/showtimes-harness.js';
import { CancelShowtimesWhenMovieRetired } from './cancel-showtimes-when-movie-retired.js';

describe('CancelShowtimesWhenMovieRetired', () => {
  const setUp = () => {
    const movie = aMovie();
    const showtimes = {
      evening: aShowtime({ movie }),
      night: aShowtime({ movie, startsAt: minutesAfter(600) }),
      started: aShowtime({ movie, startsAt: minutesAfter(-10), now: minutesAfter(-100) }),
      otherMovie: aShowtime(),
    };
    const harness = new ShowtimesHarness({ showtimes: Object.values(showtimes) });
    const react = ({ cancelShowtimes, retiredAt = NOW }: { cancelShowtimes: boolean; retiredAt?: Date }) =>
      harness.bus
        .get(CancelShowtimesWhenMovieRetired)
        .handle(new MovieRetired({ movieId: movie.id, cancelShowtimes, reason: 'The licence ended.' }), {
          id: newId(),
          subject: movie.id,
          sequence: 2,
          time: retiredAt,
          correlationId: null,
        });
    const statuses = () => Object.values(showtimes).map((showtime) => harness.stateOf(showtime).status);
    return { harness, movie, ...showtimes, react, statuses };
  };

  it('the showtimes that have not started are cancelled with the reason', async () => {
    const { harness, movie, evening, react, statuses } = setUp();
    await react({ cancelShowtimes: true });
    expect(statuses()).toEqual(['cancelled', 'cancelled', 'scheduled', 'scheduled']);
    expect(harness.stateOf(evening).cancelReason).toBe('The licence ended.');
    expect(harness.locks.blocked).toEqual([{ movieId: movie.id }]);
  });

  it('a showtime that has started since the movie was retired is cancelled too', async () => {
    const { react, statuses } = setUp();
    await react({ cancelShowtimes: true, retiredAt: minutesAfter(-11) });
    expect(statuses()).toEqual(['cancelled', 'cancelled', 'cancelled', 'scheduled']);
  });

  it('a second delivery of the event cancels nothing more', async () => {
    const { harness, react } = setUp();
    await react({ cancelShowtimes: true });
    await react({ cancelShowtimes: true });
    expect(harness.showtimes.recorded).toEqual(['showtimes.showtime-cancelled.v1', 'showtimes.showtime-cancelled.v1']);
  });

  it('a movie retired without its showtimes cancels none', async () => {
    const { harness, react } = setUp();
    await react({ cancelShowtimes: false });
    expect(harness.showtimes.recorded).toEqual([]);
  });
});
