import { GenreNameTaken } from '../../domain/errors.js';
import { InMemoryGenres } from '../../testing/in-memory-genres.js';
import { noDatabase, oneRequest } from '../../testing/no-database.js';
import { AddGenre, AddGenreHandler } from './add-genre.js';

describe('Adding a genre', () => {
  const setUp = (database = noDatabase) => {
    const genres = new InMemoryGenres();
    const handler = new AddGenreHandler(genres, database);
    return { genres, add: (name: string) => handler.execute(new AddGenre(name)) };
  };

  it('answers what it is kept as, its spaces in order', async () => {
    const { genres, add } = setUp();
    const genre = await add('  Science   fiction ');
    expect(genre).toEqual({ id: expect.any(String) as string, name: 'Science fiction' });
    expect(await genres.ofIds([genre.id])).toEqual([genre]);
  });

  it('gives each an id of its own', async () => {
    const { genres, add } = setUp();
    for (const name of ['War', 'Drama']) await add(name);
    expect([...genres.kept.values()].map(({ name }) => name)).toEqual(['War', 'Drama']);
  });

  it('refuses a name that is there, however it is written, and says which', async () => {
    const { genres, add } = setUp();
    await add('Science fiction');
    const refused = add(' SCIENCE  FICTION');
    await expect(refused).rejects.toThrow(GenreNameTaken);
    await expect(refused).rejects.toThrow('SCIENCE FICTION');
    expect(genres.kept.size).toBe(1);
  });

  it('answers the same genre when the same request comes again', async () => {
    const { genres, add } = setUp(oneRequest());
    const genre = await add('Drama');
    expect(await add('Drama')).toEqual(genre);
    expect(genres.kept.size).toBe(1);
  });
});
