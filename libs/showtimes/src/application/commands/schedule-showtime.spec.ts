import { NoSuchMovie, NoSuchRoom, ShowtimesOverlap } from '../../domain/errors.js';
import { aMovie, aRoom } from '../../testing/builders.js';
import { ShowtimesHarness } from '../../testing/showtimes-harness.js';
import { ScheduleShowtime, type ShowtimeDetails } from './schedule-showtime.js';

describe('ScheduleShowtime', () => {
  const setUp = () => {
    const [movie, room] = [aMovie(), aRoom()];
    const harness = new ShowtimesHarness({ movies: [movie], rooms: [room] });
    const schedule = (own: Partial<ShowtimeDetails> = {}) =>
      harness.execute(
        new ScheduleShowtime(harness.adminId, {
          movieId: movie.id,
          roomId: room.id,
          startsAt: '2026-03-02T20:00',
          prices: { standard: 1_200, premium: 1_500 },
          salesOpenAt: null,
          ...own,
        }),
      );
    return { harness, movie, room, schedule };
  };

  it('a new showtime is answered with its start in the local time of the theatre', async () => {
    const { harness, movie, room, schedule } = setUp();
    const view = await schedule({ salesOpenAt: '2026-03-02T10:00:00' });
    expect(view).toEqual({
      id: view.id,
      status: 'scheduled',
      movie: { id: movie.id, title: 'Metropolis', runtimeMinutes: 100 },
      theatre: { id: room.theatre.id, name: 'Lichtburg', timeZone: 'Europe/Berlin' },
      room: { id: room.id, name: 'Room 1' },
      startsAt: '2026-03-02T19:00:00.000Z',
      startsAtLocal: '2026-03-02T20:00:00',
      endsAt: '2026-03-02T20:40:00.000Z',
      prices: { standard: { amount: 1_200, currency: 'EUR' }, premium: { amount: 1_500, currency: 'EUR' } },
      seatsLeft: 12,
      salesOpenAt: '2026-03-02T09:00:00.000Z',
    });
    expect(harness.showtimes.recorded).toEqual(['showtimes.showtime-scheduled.v1']);
    expect(harness.locks.locked).toEqual([{ movieIds: [movie.id], roomIds: [room.id] }]);
  });

  it('a showtime that overlaps with another one is refused', async () => {
    const { schedule } = setUp();
    await schedule();
    await expect(schedule({ startsAt: '2026-03-02T21:54:59+01:00' })).rejects.toThrow(ShowtimesOverlap);
    expect(await schedule({ startsAt: '2026-03-02T21:55:00+01:00' })).toMatchObject({ startsAtLocal: '2026-03-02T21:55:00' });
  });

  it('unknown movies and rooms are refused', async () => {
    const { movie, room, schedule } = setUp();
    await expect(schedule({ movieId: room.id })).rejects.toThrow(NoSuchMovie);
    await expect(schedule({ roomId: movie.id })).rejects.toThrow(NoSuchRoom);
  });

  it('a new showtime leaves an audit entry', async () => {
    const { harness, movie, room, schedule } = setUp();
    const { id, startsAt } = await schedule();
    const details = { movieId: movie.id, roomId: room.id, startsAt, prices: { standard: 1_200, premium: 1_500 }, salesOpenAt: null };
    expect(harness.audit.entries).toEqual([{ actor: harness.adminId, action: 'showtimes.schedule-showtime', subject: id, details }]);
  });
});
