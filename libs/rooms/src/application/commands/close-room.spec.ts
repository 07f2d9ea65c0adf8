import { ShowtimesAhead } from '@app/contracts/showtimes.js';
import { InMemoryAuditTrail } from '@app/kernel/testing/in-memory-audit-trail.js';
import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { RoomHasShowtimesAhead, RoomNotFound } from '../../domain/errors.js';
import { aRoom } from '../../testing/builders.js';
import { InMemoryRooms } from '../../testing/in-memory-rooms.js';
import { Answers, noDatabase } from '../../testing/surroundings.js';
import { RoomDetail } from '../queries/room-detail.js';
import { CloseRoom, CloseRoomHandler } from './close-room.js';

describe('Closing a room', () => {
  const room = aRoom();
  const rooms = new InMemoryRooms();
  rooms.states.set(room.id, room.state);
  const audit = new InMemoryAuditTrail();
  let ahead = 1;
  const answers = new Answers().to(ShowtimesAhead, () => ahead).to(RoomDetail, ({ roomId }) => ({ id: roomId }));
  const close = new CloseRoomHandler(rooms, audit, new FixedClock(), answers.bus, noDatabase);

  it('waits until nothing is scheduled in it any more', async () => {
    await expect(close.execute(new CloseRoom('an-admin', room.id))).rejects.toThrow(RoomHasShowtimesAhead);
    ahead = 0;
    await close.execute(new CloseRoom('an-admin', room.id));
    expect(rooms.states.get(room.id)?.closedAt).not.toBeNull();
    expect(answers.asked).toContainEqual(new ShowtimesAhead({ roomId: room.id }));
  });

  it('is harmless when it is closed already', async () => {
    await close.execute(new CloseRoom('an-admin', room.id));
    expect(rooms.recorded).toEqual(['rooms.room-closed.v1']);
    expect(audit.entries).toEqual([{ actor: 'an-admin', action: 'rooms.close-room', subject: room.id }]);
  });

  it('does not find a room that is not there', async () => {
    await expect(close.execute(new CloseRoom('an-admin', 'nowhere'))).rejects.toThrow(RoomNotFound);
  });
});
