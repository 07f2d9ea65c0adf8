import { GenreNameTaken } from '../../domain/errors.js';
import { MoviesHarness } from '../../testing/movies-harness.js';
import { RepeatedRequest } from '../../testing/repeated-request.js';
import { AddGenre } from './add-genre.js';

describe('AddGenre', () => {
  const setUp = async (transactions?: RepeatedRequest) => {
    const harness = await MoviesHarness.with(transactions === undefined ? {} : { transactions });
    const { genres, audit, adminId } = harness;
    return { genres, audit, adminId, add: (name: string) => harness.execute(new AddGenre(adminId, name)) };
  };

  it('a new genre is stored and answered with normalised spaces', async () => {
    const { genres, add } = await setUp();
    const genre = await add('  Science   fiction ');
    expect(genre).toEqual({ id: expect.any(String) as string, name: 'Science fiction' });
    expect(await genres.ofIds([genre.id])).toEqual([genre]);
  });

  it('each new genre has an id of its own', async () => {
    const { genres, add } = await setUp();
    for (const name of ['War', 'Drama']) await add(name);
    expect([...genres.stored.values()].map(({ name }) => name)).toEqual(['War', 'Drama']);
  });

  it('a name that is taken is refused in any case, and the error names it', async () => {
    const { genres, add } = await setUp();
    await add('Science fiction');
    const refused = add(' SCIENCE  FICTION');
    await expect(refused).rejects.toThrow(GenreNameTaken);
    await expect(refused).rejects.toThrow('SCIENCE FICTION');
    expect(genres.stored.size).toBe(1);
  });

  it('a repeated request gets the same genre and adds no second one', async () => {
    const { genres, audit, adminId, add } = await setUp(new RepeatedRequest());
    const genre = await add('Drama');
    expect(await add('Drama')).toEqual(genre);
    expect(genres.stored.size).toBe(1);
    expect(audit.entries).toEqual([{ actor: adminId, action: 'movies.add-genre', subject: genre.id, details: { name: 'Drama' } }]);
  });
});
