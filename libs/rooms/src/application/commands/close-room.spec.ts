import { ShowtimesAhead } from '@app/contracts/showtimes.js';
import { RoomNotFound, ShowtimesAhead as ShowtimesAheadError } from '../../domain/errors.js';
import { aRoom } from '../../testing/builders.js';
import { RoomsHarness } from '../../testing/rooms-harness.js';
import { CloseRoom } from './close-room.js';

describe('CloseRoom', () => {
  const setUp = async () => {
    const room = aRoom();
    const harness = await RoomsHarness.with({ rooms: [room] });
    return { harness, room, close: (id = room.id) => harness.execute(new CloseRoom(harness.adminId, id)) };
  };

  it('a room is closed only without showtimes ahead', async () => {
    const { harness, room, close } = await setUp();
    harness.showtimes.ahead = 1;
    await expect(close()).rejects.toThrow(ShowtimesAheadError);
    harness.showtimes.ahead = 0;
    await close();
    expect(harness.rooms.states.get(room.id)?.closedAt).not.toBeNull();
    expect(harness.asked).toContainEqual(new ShowtimesAhead({ roomId: room.id }));
  });

  it('closing a room twice records one event and leaves one audit entry', async () => {
    const { harness, room, close } = await setUp();
    expect([await close(), await close()]).toEqual([true, false]);
    expect(harness.rooms.recorded).toEqual(['rooms.room-closed.v1']);
    expect(harness.audit.entries).toEqual([{ actor: harness.adminId, action: 'rooms.close-room', subject: room.id }]);
  });

  it('an unknown room is not closed', async () => {
    const { close } = await setUp();
    await expect(close('unknown')).rejects.toThrow(RoomNotFound);
  });
});
