import { RoomNotFound, SeatPlanRefused } from '../../domain/errors.js';
import { aRoom } from '../../testing/builders.js';
import { RoomsHarness } from '../../testing/rooms-harness.js';
import { LayOutSeats } from './lay-out-seats.js';

describe('LayOutSeats', () => {
  const setUp = async () => {
    const room = aRoom();
    const harness = await RoomsHarness.with({ rooms: [room] });
    const layOut = (seatPlan: LayOutSeats['seatPlan'], id = room.id) => harness.execute(new LayOutSeats(harness.adminId, id, seatPlan));
    return { harness, room, layOut };
  };

  it('each seat plan is stored as a version of its own', async () => {
    const { harness, room, layOut } = await setUp();
    await layOut({ layout: ['wc.ss'] });
    await layOut({ rows: 1, seatsPerRow: 3 });
    expect(harness.rooms.plans.map(({ version, plan }) => [version, plan.layout])).toEqual([
      [2, ['wc.ss']],
      [3, ['sss']],
    ]);
    expect(harness.rooms.states.get(room.id)).toMatchObject({ seatPlanVersion: 3, seats: 3 });
  });

  it('a faulty seat plan is refused and not stored', async () => {
    const { harness, room, layOut } = await setUp();
    await expect(layOut({ layout: ['c'] })).rejects.toThrow(SeatPlanRefused);
    expect(harness.rooms.states.get(room.id)).toMatchObject({ seatPlanVersion: 1 });
  });

  it('an unknown room gets no seat plan', async () => {
    const { layOut } = await setUp();
    await expect(layOut({ layout: ['s'] }, 'unknown')).rejects.toThrow(RoomNotFound);
  });

  it('a seat plan leaves an audit entry with its version', async () => {
    const { harness, room, layOut } = await setUp();
    await layOut({ rows: 1, seatsPerRow: 3 });
    expect(harness.audit.entries).toEqual([
      { actor: harness.adminId, action: 'rooms.lay-out-seats', subject: room.id, details: { seatPlanVersion: 2, seats: 3 } },
    ]);
  });
});
