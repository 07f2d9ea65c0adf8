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
    await change({ prices: { standard: 1_300 }, salesOpenAt: '2026-03-01T14:00' });
    expect(state()).toMatchObject({ prices: { standard: 1_300, premium: 1_500 }, salesOpenAt: new Date('2026-03-01T13:00:00Z') });
    expect(harness.locks.locked).toEqual([]);
  });

  it('only a new value leaves an audit entry, with the instant that is stored', async () => {
    const { harness, showtime, change } = setUp();
    const changes = { roomId: room.id, startsAt: '2026-10-25T02:30', prices: { standard: 1_200, premium: 1_600 } };
    await change(changes);
    await change(changes);
    const details = { startsAt: '2026-10-25T00:30:00.000Z', prices: { standard: 1_200, premium: 1_600 } };
    expect(harness.audit.entries).toEqual([{ actor: harness.adminId, action: 'showtimes.change-showtime', subject: showtime.id, details }]);
    await change({ salesOpenAt: '2026-10-24T10:00' });
    await change({ salesOpenAt: null });
    expect(harness.audit.entries.slice(1).map((entry) => entry.details)).toEqual([
      { salesOpenAt: '2026-10-24T08:00:00.000Z' },
      { salesOpenAt: null },
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
