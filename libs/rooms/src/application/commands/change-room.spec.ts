import { RoomNotFound } from '../../domain/errors.js';
import { aRoom } from '../../testing/builders.js';
import { RoomsHarness } from '../../testing/rooms-harness.js';
import { ChangeRoom } from './change-room.js';

describe('ChangeRoom', () => {
  const setUp = async () => {
    const room = aRoom({ name: 'Room 1' });
    const harness = await RoomsHarness.with({ rooms: [room] });
    const change = (changes: ChangeRoom['changes'], id = room.id) => harness.execute(new ChangeRoom(harness.adminId, id, changes));
    return { harness, room, change };
  };

  it('a change of a room keeps what is left out', async () => {
    const { harness, room, change } = await setUp();
    await change({ cleaningMinutes: 30 });
    expect(harness.rooms.states.get(room.id)).toMatchObject({ name: 'Room 1', cleaningMinutes: 30 });
  });

  it('only a new value leaves an audit entry', async () => {
    const { harness, room, change } = await setUp();
    await change({ name: room.state.name, cleaningMinutes: 30 });
    await change({ cleaningMinutes: 30 });
    expect(harness.audit.entries).toEqual([
      { actor: harness.adminId, action: 'rooms.change-room', subject: room.id, details: { cleaningMinutes: 30 } },
    ]);
  });

  it('only a new cleaning time is compared with the showtimes ahead', async () => {
    const { harness, room, change } = await setUp();
    await change({ name: 'Room 2' });
    expect(harness.asked).toEqual([]);
    await change({ cleaningMinutes: 30 });
    expect(harness.asked).toMatchObject([{ change: { roomId: room.id, cleaningMinutes: 30 } }]);
  });

  it('an unknown room is not changed', async () => {
    const { change } = await setUp();
    await expect(change({ name: 'Room 2' }, 'unknown')).rejects.toThrow(RoomNotFound);
  });
});
