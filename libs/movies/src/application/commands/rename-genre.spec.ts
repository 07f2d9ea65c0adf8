import { GenreNameTaken, GenreNotFound } from '../../domain/errors.js';
import { aGenre } from '../../testing/films.js';
import { InMemoryGenres } from '../../testing/in-memory-genres.js';
import { RenameGenre, RenameGenreHandler } from './rename-genre.js';

describe('Renaming a genre', () => {
  const setUp = async () => {
    const genres = new InMemoryGenres();
    const [drama, war] = [aGenre('Drama'), aGenre('War')];
    for (const genre of [drama, war]) await genres.add(genre);
    const handler = new RenameGenreHandler(genres);
    return { genres, drama, war, rename: (name: string, id = drama.id) => handler.execute(new RenameGenre(id, name)) };
  };

  it('answers it under its new name, the spaces in order, and leaves the others', async () => {
    const { genres, drama, war, rename } = await setUp();
    const renamed = { id: drama.id, name: 'Family drama' };
    expect(await rename('  Family   drama ')).toEqual(renamed);
    expect([...genres.kept.values()]).toEqual([renamed, war]);
  });

  it('may be only a matter of case', async () => {
    const { rename } = await setUp();
    expect(await rename('DRAMA')).toMatchObject({ name: 'DRAMA' });
  });

  it('refuses the name of another, however it is written, and says which', async () => {
    const { genres, drama, rename } = await setUp();
    const refused = rename(' WAR ');
    await expect(refused).rejects.toThrow(GenreNameTaken);
    await expect(refused).rejects.toThrow('called WAR.');
    expect(genres.kept.get(drama.id)).toEqual(drama);
  });

  it('frees the name it had', async () => {
    const { war, rename } = await setUp();
    await rename('Tragedy');
    expect(await rename('Drama', war.id)).toEqual({ id: war.id, name: 'Drama' });
  });

  it('knows no genre that was never added, and does not add it', async () => {
    const { genres, rename } = await setUp();
    await expect(rename('Comedy', '019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11')).rejects.toThrow(GenreNotFound);
    expect(genres.kept.size).toBe(2);
  });
});
