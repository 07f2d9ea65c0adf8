import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { RoomNotFound, SeatPlanRefused } from '../../domain/errors.js';
import { aRoom } from '../../testing/builders.js';
import { InMemoryRooms } from '../../testing/in-memory-rooms.js';
import { Answers } from '../../testing/surroundings.js';
import { RoomDetail } from '../queries/room-detail.js';
import { LayOutSeats, LayOutSeatsHandler } from './lay-out-seats.js';

describe('Laying out the seats of a room', () => {
  const room = aRoom();
  const rooms = new InMemoryRooms();
  rooms.states.set(room.id, room.state);
  const answers = new Answers().to(RoomDetail, ({ roomId }) => ({ id: roomId }));
  const layOut = new LayOutSeatsHandler(rooms, new FixedClock(), answers.bus);

  it('stores another version and leaves the one before as it was', async () => {
    await layOut.execute(new LayOutSeats(room.id, { layout: ['wc.ss'] }));
    await layOut.execute(new LayOutSeats(room.id, { rows: 1, seatsPerRow: 3 }));
    expect(rooms.plans.map(({ version, plan }) => [version, plan.layout])).toEqual([
      [2, ['wc.ss']],
      [3, ['sss']],
    ]);
    expect(rooms.states.get(room.id)).toMatchObject({ seatPlanVersion: 3, seats: 3 });
  });

  it('stores nothing of a plan that cannot be', async () => {
    await expect(layOut.execute(new LayOutSeats(room.id, { layout: ['c'] }))).rejects.toThrow(SeatPlanRefused);
    expect(rooms.states.get(room.id)).toMatchObject({ seatPlanVersion: 3 });
  });

  it('does not find a room that is not there', async () => {
    await expect(layOut.execute(new LayOutSeats('nowhere', { layout: ['s'] }))).rejects.toThrow(RoomNotFound);
  });
});
