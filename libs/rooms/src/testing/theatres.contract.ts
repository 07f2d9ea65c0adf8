/** What every keeper of theatres promises, whether it keeps them in memory or in PostgreSQL. */
import { newId } from '@app/kernel/id.js';
import { TheatreNameTaken, TheatreNotFound } from '../domain/errors.js';
import type { Theatres } from '../domain/theatres.js';
import { aTheatre } from './builders.js';

export function theatresContract(given: () => Promise<Theatres>): void {
  let theatres: Theatres;
  beforeEach(async () => {
    theatres = await given();
  });

  it('gives back what was added', async () => {
    const theatre = aTheatre();
    await theatres.add(theatre);
    expect(await theatres.change(theatre.id, ({ state }) => state)).toEqual(theatre.state);
  });

  it('knows which theatres there are', async () => {
    const theatre = aTheatre();
    await theatres.add(theatre);
    expect(await theatres.exists(theatre.id)).toBe(true);
    expect(await theatres.exists(newId())).toBe(false);
  });

  it('refuses a second theatre of the same name, in any case', async () => {
    const first = aTheatre();
    await theatres.add(first);
    await expect(theatres.add(aTheatre({ name: first.state.name.toUpperCase() }))).rejects.toThrow(TheatreNameTaken);
  });

  it('refuses to rename one to the name of another, and keeps nothing of it', async () => {
    const [one, other] = [aTheatre(), aTheatre()];
    await theatres.add(one);
    await theatres.add(other);
    const renaming = theatres.change(other.id, (theatre) => theatre.change({ name: one.state.name }, false));
    await expect(renaming).rejects.toThrow(TheatreNameTaken);
    expect(await theatres.change(other.id, ({ state }) => state)).toEqual(other.state);
  });

  it('keeps a change and answers what was decided', async () => {
    const theatre = aTheatre();
    await theatres.add(theatre);
    const decided = await theatres.change(theatre.id, (loaded) => {
      loaded.change({ timeZone: 'Europe/Lisbon' }, false);
      return loaded.state.timeZone;
    });
    expect(decided).toBe('Europe/Lisbon');
    expect(await theatres.change(theatre.id, ({ state }) => state)).toMatchObject({ timeZone: 'Europe/Lisbon', version: 2 });
  });

  it('does not find what is not there', async () => {
    await expect(theatres.change(newId(), () => undefined)).rejects.toThrow(TheatreNotFound);
    await expect(theatres.holdRooms(newId())).rejects.toThrow(TheatreNotFound);
  });

  it('has no rooms in a new theatre', async () => {
    const theatre = aTheatre();
    await theatres.add(theatre);
    expect(await theatres.holdRooms(theatre.id)).toEqual([]);
  });
}
