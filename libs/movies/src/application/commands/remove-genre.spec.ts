import { GenreInUse, GenreNotFound } from '../../domain/errors.js';
import { aGenre, aMovie } from '../../testing/builders.js';
import { MoviesHarness } from '../../testing/movies-harness.js';
import { RemoveGenre } from './remove-genre.js';

describe('RemoveGenre', () => {
  const setUp = async () => {
    const [drama, war] = [aGenre('Drama'), aGenre('War')];
    const harness = await MoviesHarness.with({ genres: [drama, war] });
    const { movies, genres, audit, adminId } = harness;
    return { movies, genres, audit, adminId, drama, war, remove: (id = drama.id) => harness.execute(new RemoveGenre(adminId, id)) };
  };

  it('removing a genre keeps the others and frees its name', async () => {
    const { genres, war, remove } = await setUp();
    await remove();
    expect([...genres.stored.values()]).toEqual([war]);
    await expect(genres.add(aGenre('Drama'))).resolves.toBeUndefined();
  });

  it('a genre that a movie has cannot be removed', async () => {
    const { movies, genres, drama, war, remove } = await setUp();
    const movie = aMovie({ genres: [drama, war] });
    await movies.add(movie);
    await expect(remove()).rejects.toThrow(GenreInUse);
    expect(genres.stored.get(drama.id)).toEqual(drama);
    await movies.change(movie.id, (loaded) => loaded.change({ genres: [war] }, { overlappingShowtimes: [] }));
    await remove();
    expect(genres.stored.has(drama.id)).toBe(false);
  });

  it('a genre that only a retired movie has cannot be removed', async () => {
    const { movies, drama, remove } = await setUp();
    const movie = aMovie({ genres: [drama] });
    movie.retire({ showtimesAhead: 0, cancelShowtimes: false });
    await movies.add(movie);
    await expect(remove()).rejects.toThrow(GenreInUse);
  });

  it('a genre that is unknown or already removed is not found', async () => {
    const { genres, remove } = await setUp();
    await expect(remove('019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11')).rejects.toThrow(GenreNotFound);
    expect(genres.stored.size).toBe(2);
    await remove();
    await expect(remove()).rejects.toThrow(GenreNotFound);
  });

  it('a removed genre leaves one audit entry', async () => {
    const { audit, adminId, drama, remove } = await setUp();
    await remove();
    await expect(remove()).rejects.toThrow(GenreNotFound);
    expect(audit.entries).toEqual([{ actor: adminId, action: 'movies.remove-genre', subject: drama.id, details: { name: drama.name } }]);
  });
});
