import { GenreRenamed } from '@app/contracts/movies.js';
import { GenreNameTaken, GenreNotFound } from '../../domain/errors.js';
import { aGenre } from '../../testing/builders.js';
import { MoviesHarness } from '../../testing/movies-harness.js';
import { RenameGenre } from './rename-genre.js';

describe('RenameGenre', () => {
  const setUp = async () => {
    const [drama, war] = [aGenre('Drama'), aGenre('War')];
    const harness = await MoviesHarness.with({ genres: [drama, war] });
    const { genres, audit, adminId } = harness;
    const rename = (name: string, id = drama.id) => harness.execute(new RenameGenre(adminId, id, name));
    return { genres, audit, adminId, drama, war, rename };
  };

  it('a renamed genre is stored with normalised spaces, and the others stay', async () => {
    const { genres, drama, war, rename } = await setUp();
    expect(await rename('  Family   drama ')).toBe(true);
    expect([...genres.stored.values()]).toEqual([{ id: drama.id, name: 'Family drama' }, war]);
  });

  it('a genre may be renamed to its own name in another case', async () => {
    const { genres, drama, rename } = await setUp();
    await rename('DRAMA');
    expect(genres.stored.get(drama.id)).toMatchObject({ name: 'DRAMA' });
  });

  it('the name of another genre is refused in any case, and the error names it', async () => {
    const { genres, drama, rename } = await setUp();
    const refused = rename(' WAR ');
    await expect(refused).rejects.toThrow(GenreNameTaken);
    await expect(refused).rejects.toThrow('called WAR.');
    expect(genres.stored.get(drama.id)).toEqual(drama);
  });

  it('the old name of a renamed genre is free', async () => {
    const { genres, war, rename } = await setUp();
    await rename('Tragedy');
    await rename('Drama', war.id);
    expect(genres.stored.get(war.id)).toEqual({ id: war.id, name: 'Drama' });
  });

  it('an unknown genre is refused and not added', async () => {
    const { genres, rename } = await setUp();
    await expect(rename('Comedy', '019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11')).rejects.toThrow(GenreNotFound);
    expect(genres.stored.size).toBe(2);
  });

  it('only a new name leaves an audit entry', async () => {
    const { audit, adminId, drama, rename } = await setUp();
    expect([await rename('Tragedy'), await rename(' Tragedy ')]).toEqual([true, false]);
    expect(audit.entries).toEqual([{ actor: adminId, action: 'movies.rename-genre', subject: drama.id, details: { name: 'Tragedy' } }]);
  });

  it('a new name is published with the old one, the same name is not', async () => {
    const { genres, drama, rename } = await setUp();
    await rename('Tragedy');
    await rename('Tragedy');
    expect(genres.recorded).toEqual([new GenreRenamed({ genreId: drama.id, name: 'Tragedy', previousName: 'Drama' })]);
  });
});
