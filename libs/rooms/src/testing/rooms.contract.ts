/** What every implementation of `Rooms` does, in memory and on PostgreSQL. */
import { newId } from '@app/kernel/id.js';
import { RoomNameTaken, RoomNotFound } from '../domain/errors.js';
import type { Rooms } from '../domain/rooms.js';
import { aRoom, NOW } from './builders.js';

/** `theatreId` is the id of a stored theatre. */
export function roomsContract(given: () => Promise<{ rooms: Rooms; theatreId: string }>): void {
  let rooms: Rooms;
  let theatreId: string;
  beforeEach(async () => {
    ({ rooms, theatreId } = await given());
  });

  it('an added room is stored with all its fields', async () => {
    const room = aRoom({ theatreId });
    await rooms.add(room);
    expect(await rooms.change(room.id, ({ state }) => state)).toEqual(room.state);
  });

  it('a second room of the same name in a theatre is refused, in any case', async () => {
    const first = aRoom({ theatreId });
    await rooms.add(first);
    await expect(rooms.add(aRoom({ theatreId, name: first.state.name.toUpperCase() }))).rejects.toThrow(RoomNameTaken);
  });

  it.each([
    ['Straße', 'STRASSE'],
    ['Salle Étoile', 'salle etoile'],
    ['İstanbul', 'istanbul'],
    ['Ορφεύς', 'ΟΡΦΕΎΣ'],
  ])('a room %s is the same name as %s', async (name, same) => {
    await rooms.add(aRoom({ theatreId, name }));
    await expect(rooms.add(aRoom({ theatreId, name: same }))).rejects.toThrow(RoomNameTaken);
  });

  it('a new room may have the name of a closed room', async () => {
    const closed = aRoom({ theatreId });
    await rooms.add(closed);
    await rooms.change(closed.id, (room) => room.close({ showtimesAhead: 0, now: NOW }));
    const successor = aRoom({ theatreId, name: closed.state.name });
    await rooms.add(successor);
    expect(await rooms.change(successor.id, ({ state }) => state.name)).toBe(closed.state.name);
  });

  it('a room cannot be renamed to the name of another room', async () => {
    const [one, other] = [aRoom({ theatreId }), aRoom({ theatreId })];
    await rooms.add(one);
    await rooms.add(other);
    await expect(rooms.change(other.id, (room) => room.change({ name: one.state.name }, { overlappingShowtimes: [] }))).rejects.toThrow(
      RoomNameTaken,
    );
    expect(await rooms.change(other.id, ({ state }) => state)).toEqual(other.state);
  });

  it('a change is stored and returns what was decided', async () => {
    const room = aRoom({ theatreId });
    await rooms.add(room);
    const decided = await rooms.change(room.id, (loaded) => {
      loaded.change({ cleaningMinutes: 30 }, { overlappingShowtimes: [] });
      return loaded.state.cleaningMinutes;
    });
    expect(decided).toBe(30);
    expect(await rooms.change(room.id, ({ state }) => state)).toMatchObject({ cleaningMinutes: 30, version: 2 });
  });

  it('a change of an unknown room is refused', async () => {
    await expect(rooms.change(newId(), () => undefined)).rejects.toThrow(RoomNotFound);
  });
}
