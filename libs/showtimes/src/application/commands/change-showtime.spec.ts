import { NoSuchRoom, SeatsTaken, ShowtimeNotFound } from '../../domain/errors.js';
import { aMovie, aRoom, aShowtime } from '../../testing/builders.js';
import { ShowtimesHarness } from '../../testing/showtimes-harness.js';
import { ChangeShowtime, type ShowtimeChanges } from './change-showtime.js';

describe('ChangeShowtime', () => {
  const movie = aMovie();
  const room = aRoom();
  const lisbon = aRoom({ theatre: { id: 'lisbon', name: 'Tivoli', timeZone: 'Europe/Lisbon', currency: 'EUR' } });
  const setUp = ({ seatsTaken = 0 } = {}) => {
    const showtime = aShowtime({ movie, room });
    const harness = new ShowtimesHarness({ movies: [movie], rooms: [room, lisbon], showtimes: [showtime] });
    harness.seatsTaken = seatsTaken;
    const change = (changes: ShowtimeChanges, id = showtime.id) => harness.execute(new ChangeShowtime(harness.adminId, id, changes));
    return { harness, showtime, change, state: () => harness.stateOf(showtime) };
  };

  it('prices and the start of sales change with seats taken and without a lock', async () => {
    const { harness, change, state } = setUp({ seatsTaken: 3 });
    expect(await change({ prices: { standard: 1_300 }, salesOpenAt: '2026-03-01T14:00' })).toBe(true);
    expect(state()).toMatchObject({ prices: { standard: 1_300, premium: 1_500 }, salesOpenAt: new Date('2026-03-01T13:00:00Z') });
    expect(harness.locks.locked).toEqual([]);
  });

  it('only a new value leaves an audit entry', async () => {
    const { harness, showtime, change } = setUp();
    const changes = { startsAt: '2026-03-01T21:30' };
    await change(changes);
    await change(changes);
    expect(harness.audit.entries).toEqual([
      { actor: harness.adminId, action: 'showtimes.change-showtime', subject: showtime.id, details: changes },
    ]);
  });

  it('a start without an offset is local time of the theatre', async () => {
    const { change, state } = setUp();
    await change({ startsAt: '2026-03-01T21:30' });
    expect(state()).toMatchObject({ startsAt: new Date('2026-03-01T20:30:00Z'), startsAtLocal: '2026-03-01T21:30:00' });
  });

  it('a move into another time zone keeps the instant and locks both rooms', async () => {
    const { harness, showtime, change, state } = setUp();
    await change({ roomId: lisbon.id });
    expect(state()).toMatchObject({ roomId: lisbon.id, startsAt: showtime.state.startsAt, startsAtLocal: '2026-03-01T18:00:00' });
    expect(harness.locks.locked).toEqual([{ movieIds: [movie.id], roomIds: [room.id, lisbon.id] }]);
  });

  it('a showtime with seats taken is not moved', async () => {
    const { showtime, change, state } = setUp({ seatsTaken: 1 });
    await expect(change({ startsAt: '2026-03-01T21:30' })).rejects.toThrow(SeatsTaken);
    expect(state()).toEqual(showtime.state);
  });

  it('a move into an unknown room is refused', async () => {
    const { change } = setUp();
    await expect(change({ roomId: 'unknown' })).rejects.toThrow(NoSuchRoom);
  });

  it('an unknown showtime is not found', async () => {
    const { change } = setUp();
    await expect(change({ prices: {} }, 'unknown')).rejects.toThrow(ShowtimeNotFound);
    await expect(change({ startsAt: '2026-03-01T21:30' }, 'unknown')).rejects.toThrow(ShowtimeNotFound);
  });
});
