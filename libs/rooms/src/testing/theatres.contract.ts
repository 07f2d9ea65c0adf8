/** What every implementation of `Theatres` does, in memory and on PostgreSQL. */
import { newId } from '@app/kernel/id.js';
import { TheatreNameTaken, TheatreNotFound } from '../domain/errors.js';
import type { Theatres } from '../domain/theatres.js';
import { aTheatre } from './builders.js';

export function theatresContract(given: () => Promise<Theatres>): void {
  let theatres: Theatres;
  beforeEach(async () => {
    theatres = await given();
  });

  it('an added theatre is stored with all its fields', async () => {
    const theatre = aTheatre();
    await theatres.add(theatre);
    expect(await theatres.change(theatre.id, ({ state }) => state)).toEqual(theatre.state);
  });

  it('a stored theatre exists, and an unknown one does not', async () => {
    const theatre = aTheatre();
    await theatres.add(theatre);
    expect(await theatres.exists(theatre.id)).toBe(true);
    expect(await theatres.exists(newId())).toBe(false);
  });

  it('a second theatre of the same name is refused, in any case', async () => {
    const first = aTheatre();
    await theatres.add(first);
    await expect(theatres.add(aTheatre({ name: first.state.name.toUpperCase() }))).rejects.toThrow(TheatreNameTaken);
  });

  it.each([
    ['Straße', 'STRASSE'],
    ['Étoile', 'etoile'],
    ['İstanbul', 'istanbul'],
    ['Ορφεύς', 'ΟΡΦΕΎΣ'],
  ])('a theatre %s is the same name as %s', async (name, same) => {
    const id = newId();
    await theatres.add(aTheatre({ name: `${id} ${name}` }));
    await expect(theatres.add(aTheatre({ name: `${id} ${same}` }))).rejects.toThrow(TheatreNameTaken);
  });

  it('a theatre cannot be renamed to the name of another theatre', async () => {
    const [one, other] = [aTheatre(), aTheatre()];
    await theatres.add(one);
    await theatres.add(other);
    const renaming = theatres.change(other.id, (theatre) => theatre.change({ name: one.state.name }, { everScheduled: false }));
    await expect(renaming).rejects.toThrow(TheatreNameTaken);
    expect(await theatres.change(other.id, ({ state }) => state)).toEqual(other.state);
  });

  it('a change is stored and returns what was decided', async () => {
    const theatre = aTheatre();
    await theatres.add(theatre);
    const decided = await theatres.change(theatre.id, (loaded) => {
      loaded.change({ timeZone: 'Europe/Lisbon' }, { everScheduled: false });
      return loaded.state.timeZone;
    });
    expect(decided).toBe('Europe/Lisbon');
    expect(await theatres.change(theatre.id, ({ state }) => state)).toMatchObject({ timeZone: 'Europe/Lisbon', version: 2 });
  });

  it('an unknown theatre is refused', async () => {
    await expect(theatres.change(newId(), () => undefined)).rejects.toThrow(TheatreNotFound);
    await expect(theatres.lockedRoomIds(newId())).rejects.toThrow(TheatreNotFound);
  });

  it('a new theatre has no rooms', async () => {
    const theatre = aTheatre();
    await theatres.add(theatre);
    expect(await theatres.lockedRoomIds(theatre.id)).toEqual([]);
  });
}
