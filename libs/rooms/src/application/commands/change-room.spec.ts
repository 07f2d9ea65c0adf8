import { RoomNotFound } from '../../domain/errors.js';
import { aRoom } from '../../testing/builders.js';
import { InMemoryRooms } from '../../testing/in-memory-rooms.js';
import { Answers } from '../../testing/surroundings.js';
import { RoomDetail } from '../queries/room-detail.js';
import { ChangeRoom, ChangeRoomHandler } from './change-room.js';

describe('Changing a room', () => {
  const room = aRoom({ name: 'Room 1' });
  const rooms = new InMemoryRooms();
  rooms.states.set(room.id, room.state);
  const change = new ChangeRoomHandler(rooms, new Answers().to(RoomDetail, ({ roomId }) => ({ id: roomId })).bus);

  it('keeps what is left out', async () => {
    expect(await change.execute(new ChangeRoom(room.id, { cleaningMinutes: 30 }))).toEqual({ id: room.id });
    expect(rooms.states.get(room.id)).toMatchObject({ name: 'Room 1', cleaningMinutes: 30 });
  });

  it('does not find a room that is not there', async () => {
    await expect(change.execute(new ChangeRoom('nowhere', { name: 'Room 2' }))).rejects.toThrow(RoomNotFound);
  });
});
