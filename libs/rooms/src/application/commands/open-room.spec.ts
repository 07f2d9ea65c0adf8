import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { RoomNameTaken, SeatPlanRefused, TheatreNotFound } from '../../domain/errors.js';
import { aTheatre } from '../../testing/builders.js';
import { InMemoryRooms } from '../../testing/in-memory-rooms.js';
import { InMemoryTheatres } from '../../testing/in-memory-theatres.js';
import { Answers, noDatabase } from '../../testing/surroundings.js';
import { RoomDetail } from '../queries/room-detail.js';
import { OpenRoom, OpenRoomHandler } from './open-room.js';

describe('Opening a room', () => {
  const theatre = aTheatre();
  const theatres = new InMemoryTheatres();
  theatres.states.set(theatre.id, theatre.state);
  const rooms = new InMemoryRooms();
  const answers = new Answers().to(RoomDetail, ({ roomId }) => ({ id: roomId }));
  const open = new OpenRoomHandler(theatres, rooms, new FixedClock(), answers.bus, noDatabase);
  const room = { name: 'Room 1', cleaningMinutes: 20, seatPlan: { rows: 2, seatsPerRow: 4 } };

  it('stores the room and the first version of its seats', async () => {
    const { id } = await open.execute(new OpenRoom(theatre.id, room));
    expect(rooms.states.get(id)).toMatchObject({
      theatreId: theatre.id,
      name: 'Room 1',
      cleaningMinutes: 20,
      seats: 8,
      seatPlanVersion: 1,
    });
    expect(rooms.plans).toMatchObject([{ roomId: id, version: 1 }]);
  });

  it('refuses a name another room of the theatre has', async () => {
    await expect(open.execute(new OpenRoom(theatre.id, room))).rejects.toThrow(RoomNameTaken);
  });

  it('refuses a seat plan that cannot be', async () => {
    await expect(open.execute(new OpenRoom(theatre.id, { ...room, name: 'Room 2', seatPlan: { layout: ['s?'] } }))).rejects.toThrow(
      SeatPlanRefused,
    );
  });

  it('does not find a theatre that is not there', async () => {
    await expect(open.execute(new OpenRoom('nowhere', room))).rejects.toThrow(TheatreNotFound);
  });
});
