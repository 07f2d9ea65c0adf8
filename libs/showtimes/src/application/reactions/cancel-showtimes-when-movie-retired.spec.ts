import { MovieRetired } from '@app/contracts/movies.js';
import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { aMovie, aShowtime, minutesAfter, NOW } from '../../testing/builders.js';
import { InMemoryShowtimes } from '../../testing/in-memory-showtimes.js';
import { OpenTimetable } from '../../testing/surroundings.js';
import { CancelShowtimesWhenMovieRetired } from './cancel-showtimes-when-movie-retired.js';

describe('When a movie is retired with its showtimes', () => {
  const movie = aMovie();
  const [evening, night, running, other] = [
    aShowtime({ movie }),
    aShowtime({ movie, startsAt: minutesAfter(600) }),
    aShowtime({ movie, startsAt: minutesAfter(-10), now: minutesAfter(-100) }),
    aShowtime(),
  ];
  let showtimes: InMemoryShowtimes;
  let timetable: OpenTimetable;
  const react = (cancelShowtimes: boolean) =>
    new CancelShowtimesWhenMovieRetired(showtimes, timetable, new FixedClock(NOW)).handle(
      new MovieRetired({ movieId: movie.id, cancelShowtimes, reason: 'The licence ended.' }),
    );
  const statuses = () => [evening, night, running, other].map(({ id }) => showtimes.states.get(id)!.status);

  beforeEach(() => {
    showtimes = new InMemoryShowtimes();
    timetable = new OpenTimetable();
    for (const each of [evening, night, running, other]) showtimes.states.set(each.id, each.state);
  });

  it('cancels those ahead with its reason, and lets the one that runs end', async () => {
    await react(true);
    expect(statuses()).toEqual(['cancelled', 'cancelled', 'scheduled', 'scheduled']);
    expect(showtimes.states.get(evening.id)?.cancelReason).toBe('The licence ended.');
    expect(timetable.frozen).toEqual([{ movieId: movie.id }]);
  });

  it('is harmless when told twice', async () => {
    await react(true);
    await react(true);
    expect(showtimes.recorded).toEqual(['showtimes.showtime-cancelled.v1', 'showtimes.showtime-cancelled.v1']);
  });

  it('leaves them alone where they were not meant', async () => {
    await react(false);
    expect(showtimes.recorded).toEqual([]);
  });
});
