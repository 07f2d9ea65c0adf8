import { MoviesByIds } from '@app/contracts/movies.js';
import { SeatsTakenOf } from '@app/contracts/reservations.js';
import { RoomsByIds } from '@app/contracts/rooms.js';
import { InMemoryAuditTrail } from '@app/kernel/testing/in-memory-audit-trail.js';
import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { NoSuchRoom, SeatsAreTaken, ShowtimeNotFound } from '../../domain/errors.js';
import type { Showtime } from '../../domain/showtime.js';
import { TemporalTheatreTime } from '../../infrastructure/temporal-theatre-time.js';
import { aMovie, aRoom, aShowtime, NOW } from '../../testing/builders.js';
import { InMemoryShowtimes } from '../../testing/in-memory-showtimes.js';
import { Answers, noDatabase, OpenTimetable } from '../../testing/surroundings.js';
import { ShowtimeDetail } from '../queries/showtime-detail.js';
import { ChangeShowtime, ChangeShowtimeHandler, type ShowtimeChangeRequest } from './change-showtime.js';

describe('Changing a showtime', () => {
  const movie = aMovie();
  const room = aRoom();
  const lisbon = aRoom({ theatre: { id: 'lisbon', name: 'Tivoli', timeZone: 'Europe/Lisbon', currency: 'EUR' } });
  let showtimes: InMemoryShowtimes;
  let timetable: OpenTimetable;
  let audit: InMemoryAuditTrail;
  let showtime: Showtime;
  let taken: number;
  const answers = new Answers()
    .to(MoviesByIds, () => [movie])
    .to(RoomsByIds, ({ roomIds }) => [room, lisbon].filter(({ id }) => roomIds.includes(id)))
    .to(SeatsTakenOf, ({ showtimeIds: [showtimeId] }) => (taken > 0 ? [{ showtimeId, taken }] : []))
    .to(ShowtimeDetail, ({ showtimeId }) => ({ id: showtimeId }));
  const change = (request: ShowtimeChangeRequest, id = showtime.id) =>
    new ChangeShowtimeHandler(showtimes, timetable, audit, new TemporalTheatreTime(), new FixedClock(NOW), answers.bus, noDatabase).execute(
      new ChangeShowtime('an-admin', id, request),
    );
  const state = () => showtimes.states.get(showtime.id)!;

  beforeEach(() => {
    showtimes = new InMemoryShowtimes();
    timetable = new OpenTimetable();
    audit = new InMemoryAuditTrail();
    showtime = aShowtime({ movie, room });
    showtimes.states.set(showtime.id, showtime.state);
    taken = 0;
  });

  it('changes prices and the start of sales while customers hold seats, and locks no room for it', async () => {
    taken = 3;
    expect(await change({ prices: { standard: 1_300 }, salesOpenAt: '2026-03-01T14:00' })).toEqual({ id: showtime.id });
    expect(state()).toMatchObject({ prices: { standard: 1_300, premium: 1_500 }, salesOpenAt: new Date('2026-03-01T13:00:00Z') });
    expect(timetable.entered).toEqual([]);
  });

  it('notes who changed what, once', async () => {
    const request = { startsAt: '2026-03-01T21:30' };
    await change(request);
    await change(request);
    expect(audit.entries).toEqual([{ actor: 'an-admin', action: 'showtimes.change-showtime', subject: showtime.id, details: request }]);
  });

  it('moves it on the theatre’s wall clock', async () => {
    await change({ startsAt: '2026-03-01T21:30' });
    expect(state()).toMatchObject({ startsAt: new Date('2026-03-01T20:30:00Z'), startsAtLocal: '2026-03-01T21:30:00' });
  });

  it('keeps the instant when it moves into another time zone, with both rooms locked', async () => {
    await change({ roomId: lisbon.id });
    expect(state()).toMatchObject({ roomId: lisbon.id, startsAt: showtime.state.startsAt, startsAtLocal: '2026-03-01T18:00:00' });
    expect(timetable.entered).toEqual([{ movieId: movie.id, roomIds: [room.id, lisbon.id] }]);
  });

  it('does not move it while customers hold seats', async () => {
    taken = 1;
    await expect(change({ startsAt: '2026-03-01T21:30' })).rejects.toThrow(SeatsAreTaken);
    expect(state()).toEqual(showtime.state);
  });

  it('does not move it into a room nobody knows', async () => {
    await expect(change({ roomId: 'nowhere' })).rejects.toThrow(NoSuchRoom);
  });

  it('does not find a showtime that is not there', async () => {
    await expect(change({ prices: {} }, 'nowhere')).rejects.toThrow(ShowtimeNotFound);
    await expect(change({ startsAt: '2026-03-01T21:30' }, 'nowhere')).rejects.toThrow(ShowtimeNotFound);
  });
});
