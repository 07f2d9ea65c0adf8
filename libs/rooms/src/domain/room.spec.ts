import { aRoom, NOW } from '../testing/builders.js';
import { RoomHasShowtimesAhead, RoomIsClosed } from './errors.js';
import { seatPlanOf } from './seat-plan.js';

describe('A room', () => {
  it('opens with the first version of its seats', () => {
    const room = aRoom({ name: 'Room 1', layout: ['sss', 'pp'] });
    expect(room.releasePlans()).toMatchObject([{ roomId: room.id, version: 1, plan: { layout: ['sss', 'pp.'] } }]);
    expect(room.takeEvents()[0]?.event).toMatchObject({
      type: 'rooms.room-opened.v1',
      data: { roomId: room.id, name: 'Room 1', cleaningMinutes: 15, seats: 5, seatPlanVersion: 1 },
    });
  });

  it('tells all its facts when name or cleaning change', () => {
    const room = aRoom({ name: 'Room 1' });
    room.takeEvents();
    room.change({ cleaningMinutes: 25 });
    expect(room.takeEvents()[0]).toMatchObject({
      sequence: 2,
      event: { type: 'rooms.room-changed.v1', data: { name: 'Room 1', cleaningMinutes: 25, seats: 4 } },
    });
  });

  it('says nothing when nothing changes', () => {
    const room = aRoom({ name: 'Room 1' });
    room.takeEvents();
    room.change({ name: 'Room 1' });
    room.change({});
    expect(room.hasChanged).toBe(false);
  });

  it('gets another version of its seats each time they are laid out', () => {
    const room = aRoom();
    room.takeEvents();
    room.releasePlans();
    room.layOut(seatPlanOf(['sssss']), NOW);
    room.layOut(seatPlanOf(['sssss']), NOW);
    expect(room.releasePlans().map(({ version }) => version)).toEqual([2, 3]);
    expect(room.takeEvents().map(({ event }) => event.data)).toEqual([
      { roomId: room.id, seatPlanVersion: 2, seats: 5 },
      { roomId: room.id, seatPlanVersion: 3, seats: 5 },
    ]);
    expect(room.state).toMatchObject({ seats: 5, seatPlanVersion: 3, version: 3 });
  });

  it('closes once, and closing it again is harmless', () => {
    const room = aRoom();
    room.takeEvents();
    room.close(0, NOW);
    room.close(3, NOW);
    expect(room.takeEvents().map(({ event }) => event.type)).toEqual(['rooms.room-closed.v1']);
    expect(room.state.closedAt).toEqual(NOW);
  });

  it('does not close while showtimes are ahead, and says how many', () => {
    const room = aRoom();
    expect(() => room.close(3, NOW)).toThrow(RoomHasShowtimesAhead);
    expect(new RoomHasShowtimesAhead(3).details).toEqual({ showtimesAhead: 3 });
    expect(room.state.closedAt).toBeNull();
  });

  it('is as it was once it is closed', () => {
    const room = aRoom();
    room.close(0, NOW);
    expect(() => room.change({ name: 'Room 2' })).toThrow(RoomIsClosed);
    expect(() => room.layOut(seatPlanOf(['s']), NOW)).toThrow(RoomIsClosed);
  });
});
