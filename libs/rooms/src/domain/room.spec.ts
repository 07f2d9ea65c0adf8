import { aRoom, NOW } from '../testing/builders.js';
import { CleaningOverlapsShowtimes, RoomClosed, ShowtimesAhead } from './errors.js';
import { seatPlanOf } from './seat-plan.js';

describe('Room', () => {
  it('a new room has the first version of its seats', () => {
    const room = aRoom({ name: 'Room 1', layout: ['sss', 'pp'] });
    expect(room.takePlans()).toMatchObject([{ roomId: room.id, version: 1, plan: { layout: ['sss', 'pp.'] } }]);
    expect(room.takeEvents()[0]?.event).toMatchObject({
      type: 'rooms.room-opened.v1',
      data: { roomId: room.id, name: 'Room 1', cleaningMinutes: 15, seats: 5, seatPlanVersion: 1 },
    });
  });

  it('a change records an event with all facts of the room', () => {
    const room = aRoom({ name: 'Room 1' });
    room.takeEvents();
    room.change({ cleaningMinutes: 25 }, { overlappingShowtimes: [] });
    expect(room.takeEvents()[0]).toMatchObject({
      sequence: 2,
      event: { type: 'rooms.room-changed.v1', data: { name: 'Room 1', cleaningMinutes: 25, seats: 4 } },
    });
  });

  it('a change to the same values records nothing', () => {
    const room = aRoom({ name: 'Room 1' });
    room.takeEvents();
    room.change({ name: 'Room 1' }, { overlappingShowtimes: [] });
    room.change({}, { overlappingShowtimes: [] });
    expect(room.hasChanged).toBe(false);
  });

  it('each seat plan gets the next version', () => {
    const room = aRoom();
    room.takeEvents();
    room.takePlans();
    room.layOut(seatPlanOf(['sssss']), NOW);
    room.layOut(seatPlanOf(['sssss']), NOW);
    expect(room.takePlans().map(({ version }) => version)).toEqual([2, 3]);
    expect(room.takeEvents().map(({ event }) => event.data)).toEqual([
      { roomId: room.id, seatPlanVersion: 2, seats: 5 },
      { roomId: room.id, seatPlanVersion: 3, seats: 5 },
    ]);
    expect(room.state).toMatchObject({ seats: 5, seatPlanVersion: 3, version: 3 });
  });

  it('a room is closed once, and a second time records nothing', () => {
    const room = aRoom();
    room.takeEvents();
    room.close({ showtimesAhead: 0, now: NOW });
    room.close({ showtimesAhead: 3, now: NOW });
    expect(room.takeEvents().map(({ event }) => event.type)).toEqual(['rooms.room-closed.v1']);
    expect(room.state.closedAt).toEqual(NOW);
  });

  it('a room with showtimes ahead is not closed, and the error has their number', () => {
    const room = aRoom();
    expect(() => room.close({ showtimesAhead: 3, now: NOW })).toThrow(ShowtimesAhead);
    expect(new ShowtimesAhead(3).details).toEqual({ showtimesAhead: 3 });
    expect(room.state.closedAt).toBeNull();
  });

  it('a closed room can be neither changed nor laid out', () => {
    const room = aRoom();
    room.close({ showtimesAhead: 0, now: NOW });
    expect(() => room.change({ name: 'Room 2' }, { overlappingShowtimes: [] })).toThrow(RoomClosed);
    expect(() => room.layOut(seatPlanOf(['s']), NOW)).toThrow(RoomClosed);
  });

  it('a cleaning time with which showtimes would overlap is refused with them', () => {
    const room = aRoom();
    const overlap = {
      id: '1',
      startsAt: '2026-03-01T18:00:00.000Z',
      endsAt: '2026-03-01T20:00:00.000Z',
      roomFreeAt: '2026-03-01T21:00:00.000Z',
      room: { id: room.id, name: room.state.name },
      next: { id: '3', startsAt: '2026-03-01T20:30:00.000Z' },
    };
    const overlappingShowtimes = [overlap];
    expect(() => room.change({ cleaningMinutes: 60 }, { overlappingShowtimes })).toThrow(CleaningOverlapsShowtimes);
    room.change({ name: 'Room 2' }, { overlappingShowtimes });
    expect(room.state).toMatchObject({ name: 'Room 2', cleaningMinutes: 15 });
  });
});
