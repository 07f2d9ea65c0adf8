/** What every keeper of genres promises, whether it keeps them in memory or in PostgreSQL. */
import { randomUUID } from 'node:crypto';
import { GenreInUse, GenreNameTaken, GenreNotFound, UnknownGenres } from '../domain/errors.js';
import { comparable } from '../domain/film.js';
import type { Genres } from '../domain/genres.js';
import { aGenre } from './films.js';

/** `use` puts a film under the genre. */
export function genresContract(given: () => Promise<{ genres: Genres; use: (genreId: string) => Promise<void> }>): void {
  let genres: Genres;
  let use: (genreId: string) => Promise<void>;
  beforeEach(async () => {
    ({ genres, use } = await given());
  });
  const unique = (name: string): string => `${name} ${randomUUID()}`;

  it('gives back what was added, in the order of the names', async () => {
    const [b, a] = [aGenre(unique('Zeta')), aGenre(unique('alpha'))];
    await genres.add(b);
    await genres.add(a);
    expect(await genres.ofIds([b.id, a.id])).toEqual([a, b]);
  });

  it('refuses a name that is there, in whatever case', async () => {
    const genre = aGenre();
    await genres.add(genre);
    await expect(genres.add(aGenre(genre.name.toUpperCase()))).rejects.toThrow(GenreNameTaken);
  });

  it('renames, also to the same name in another case, but not to that of another', async () => {
    const [one, other] = [aGenre(), aGenre()];
    await genres.add(one);
    await genres.add(other);
    await genres.rename({ id: one.id, name: one.name.toUpperCase() });
    expect(await genres.ofIds([one.id])).toEqual([{ id: one.id, name: one.name.toUpperCase() }]);
    await expect(genres.rename({ id: one.id, name: other.name })).rejects.toThrow(GenreNameTaken);
    await expect(genres.rename(aGenre())).rejects.toThrow(GenreNotFound);
  });

  it('takes a genre away unless a film is listed under it', async () => {
    const [used, unused] = [aGenre(), aGenre()];
    await genres.add(used);
    await genres.add(unused);
    await use(used.id);
    await expect(genres.remove(used.id)).rejects.toThrow(GenreInUse);
    await genres.remove(unused.id);
    await expect(genres.remove(unused.id)).rejects.toThrow(GenreNotFound);
  });

  it('names the ids nobody knows', async () => {
    const [known, unknown] = [aGenre(), aGenre()];
    await genres.add(known);
    await expect(genres.ofIds([known.id, unknown.id])).rejects.toThrow(UnknownGenres);
    expect(await genres.ofIds([])).toEqual([]);
  });

  it('makes the genres of a catalogue that are missing, once each, and finds the others', async () => {
    const known = aGenre();
    await genres.add(known);
    const fresh = unique('Musical');
    const { genres: found, added } = await genres.ensure([known.name.toUpperCase(), fresh, ` ${fresh.toLowerCase()} `]);
    expect(added).toBe(1);
    expect([...found.keys()].sort()).toEqual([comparable(known.name), comparable(fresh)].sort());
    expect(found.get(comparable(known.name))).toEqual(known);
    expect((await genres.ensure([fresh])).added).toBe(0);
  });
}
