/** What every implementation of `Genres` does, in memory and on PostgreSQL. */
import { randomUUID } from 'node:crypto';
import { GenreInUse, GenreNameTaken, GenreNotFound, UnknownGenres } from '../domain/errors.js';
import type { Genres } from '../domain/genres.js';
import { sortKey } from '@app/kernel/text.js';
import { aGenre } from './builders.js';

/** `use` stores a movie with the genre. */
export function genresContract(given: () => Promise<{ genres: Genres; use: (genreId: string) => Promise<void> }>): void {
  let genres: Genres;
  let use: (genreId: string) => Promise<void>;
  beforeEach(async () => {
    ({ genres, use } = await given());
  });
  const unique = (name: string): string => `${name} ${randomUUID()}`;

  it('added genres are found by their ids, sorted by name', async () => {
    const [b, a] = [aGenre(unique('Zeta')), aGenre(unique('alpha'))];
    await genres.add(b);
    await genres.add(a);
    expect(await genres.ofIds([b.id, a.id])).toEqual([a, b]);
  });

  it('a second genre of the same name is refused, in any case', async () => {
    const genre = aGenre();
    await genres.add(genre);
    await expect(genres.add(aGenre(genre.name.toUpperCase()))).rejects.toThrow(GenreNameTaken);
  });

  it('a genre takes any name but that of another genre', async () => {
    const [one, other] = [aGenre(), aGenre()];
    await genres.add(one);
    await genres.add(other);
    const rename = (id: string, name: string) =>
      genres.change(id, (genre) => {
        genre.rename(name);
        return genre.hasChanged;
      });
    expect(await rename(one.id, one.name.toUpperCase())).toBe(true);
    expect(await rename(one.id, one.name.toUpperCase())).toBe(false);
    expect(await genres.ofIds([one.id])).toEqual([{ id: one.id, name: one.name.toUpperCase() }]);
    await expect(rename(one.id, other.name)).rejects.toThrow(GenreNameTaken);
    await expect(rename(aGenre().id, 'Musical')).rejects.toThrow(GenreNotFound);
  });

  it('a genre is removed unless a movie has it', async () => {
    const [used, unused] = [aGenre(), aGenre()];
    await genres.add(used);
    await genres.add(unused);
    await use(used.id);
    await expect(genres.remove(used.id)).rejects.toThrow(GenreInUse);
    expect(await genres.remove(unused.id)).toEqual({ id: unused.id, name: unused.name });
    await expect(genres.remove(unused.id)).rejects.toThrow(GenreNotFound);
  });

  it('unknown ids are refused, and no ids give no genres', async () => {
    const [known, unknown] = [aGenre(), aGenre()];
    await genres.add(known);
    await expect(genres.ofIds([known.id, unknown.id])).rejects.toThrow(UnknownGenres);
    expect(await genres.ofIds([])).toEqual([]);
  });

  it('ensure adds each missing genre once and finds the others', async () => {
    const known = aGenre();
    await genres.add(known);
    const missing = unique('Musical');
    const { genres: found, added } = await genres.ensure([known.name.toUpperCase(), missing, ` ${missing.toLowerCase()} `]);
    expect(added).toBe(1);
    expect([...found.keys()].sort()).toEqual([sortKey(known.name), sortKey(missing)].sort());
    expect(found.get(sortKey(known.name))).toEqual(known);
    expect((await genres.ensure([missing])).added).toBe(0);
  });
}
