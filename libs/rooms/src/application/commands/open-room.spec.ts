import { RoomNameTaken, SeatPlanRefused, TheatreNotFound } from '../../domain/errors.js';
import { aTheatre } from '../../testing/builders.js';
import { RoomsHarness } from '../../testing/rooms-harness.js';
import { OpenRoom } from './open-room.js';

describe('OpenRoom', () => {
  const ROOM = { name: 'Room 1', cleaningMinutes: 20, seatPlan: { rows: 2, seatsPerRow: 4 } };
  const setUp = async () => {
    const theatre = aTheatre();
    const harness = await RoomsHarness.with({ theatres: [theatre] });
    const open = (own: Partial<OpenRoom['details']> = {}, theatreId = theatre.id) =>
      harness.execute(new OpenRoom(harness.adminId, theatreId, { ...ROOM, ...own }));
    return { harness, theatre, open };
  };

  it('a new room is stored with the first version of its seats', async () => {
    const { harness, theatre, open } = await setUp();
    const { id } = await open();
    expect(harness.rooms.states.get(id)).toMatchObject({
      theatreId: theatre.id,
      name: 'Room 1',
      cleaningMinutes: 20,
      seats: 8,
      seatPlanVersion: 1,
    });
    expect(harness.rooms.plans).toMatchObject([{ roomId: id, version: 1 }]);
  });

  it('the name of another room of the theatre is refused', async () => {
    const { open } = await setUp();
    await open();
    await expect(open()).rejects.toThrow(RoomNameTaken);
  });

  it('a faulty seat plan is refused', async () => {
    const { open } = await setUp();
    await expect(open({ seatPlan: { layout: ['s?'] } })).rejects.toThrow(SeatPlanRefused);
  });

  it('an unknown theatre gets no room', async () => {
    const { open } = await setUp();
    await expect(open({}, 'unknown')).rejects.toThrow(TheatreNotFound);
  });

  it('a new room leaves an audit entry', async () => {
    const { harness, theatre, open } = await setUp();
    const { id } = await open();
    expect(harness.audit.entries).toEqual([
      {
        actor: harness.adminId,
        action: 'rooms.open-room',
        subject: id,
        details: { theatreId: theatre.id, name: 'Room 1', cleaningMinutes: 20, seats: 8 },
      },
    ]);
  });
});
