import { MoviesByIds } from '@app/contracts/movies.js';
import { RoomsByIds } from '@app/contracts/rooms.js';
import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { NoSuchMovie, NoSuchRoom, RoomOccupied } from '../../domain/errors.js';
import { TemporalTheatreTime } from '../../infrastructure/temporal-theatre-time.js';
import { aMovie, aRoom, NOW } from '../../testing/builders.js';
import { InMemoryShowtimes } from '../../testing/in-memory-showtimes.js';
import { Answers, noDatabase, OpenTimetable } from '../../testing/surroundings.js';
import { ScheduleShowtime, ScheduleShowtimeHandler, type ShowtimeRequest } from './schedule-showtime.js';

describe('Scheduling a showtime of a movie in a room', () => {
  const movie = aMovie();
  const room = aRoom();
  const showtimes = new InMemoryShowtimes();
  const timetable = new OpenTimetable();
  const answers = new Answers()
    .to(MoviesByIds, ({ movieIds }) => [movie].filter(({ id }) => movieIds.includes(id)))
    .to(RoomsByIds, ({ roomIds }) => [room].filter(({ id }) => roomIds.includes(id)));
  const handler = new ScheduleShowtimeHandler(
    showtimes,
    timetable,
    new TemporalTheatreTime(),
    new FixedClock(NOW),
    answers.bus,
    noDatabase,
  );
  const schedule = (own: Partial<ShowtimeRequest> = {}) =>
    handler.execute(
      new ScheduleShowtime({
        movieId: movie.id,
        roomId: room.id,
        startsAt: '2026-03-02T20:00',
        prices: { standard: 1_200, premium: 1_500 },
        salesOpenAt: null,
        ...own,
      }),
    );

  it('reads the start on the theatre’s wall clock and answers the showtime', async () => {
    const listing = await schedule({ salesOpenAt: '2026-03-02T10:00:00' });
    expect(listing).toEqual({
      id: listing.id,
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
    expect(showtimes.recorded).toEqual(['showtimes.showtime-scheduled.v1']);
    expect(timetable.entered).toEqual([{ movieId: movie.id, roomIds: [room.id] }]);
  });

  it('refuses the room while it is taken', async () => {
    await expect(schedule({ startsAt: '2026-03-02T21:54:59+01:00' })).rejects.toThrow(RoomOccupied);
    expect(await schedule({ startsAt: '2026-03-02T21:55:00+01:00' })).toMatchObject({ startsAtLocal: '2026-03-02T21:55:00' });
  });

  it('refuses movies and rooms nobody knows', async () => {
    await expect(schedule({ movieId: room.id })).rejects.toThrow(NoSuchMovie);
    await expect(schedule({ roomId: movie.id })).rejects.toThrow(NoSuchRoom);
  });
});
