import { GenreInUse, GenreNotFound } from '../../domain/errors.js';
import { aGenre, aMovie } from '../../testing/films.js';
import { InMemoryGenres } from '../../testing/in-memory-genres.js';
import { InMemoryMovies } from '../../testing/in-memory-movies.js';
import { RemoveGenre, RemoveGenreHandler } from './remove-genre.js';

describe('Taking a genre away', () => {
  const setUp = async () => {
    const movies = new InMemoryMovies();
    const isInUse = (id: string) => [...movies.states.values()].some((movie) => movie.genres.some((genre) => genre.id === id));
    const genres = new InMemoryGenres(isInUse);
    const [drama, war] = [aGenre('Drama'), aGenre('War')];
    for (const genre of [drama, war]) await genres.add(genre);
    const handler = new RemoveGenreHandler(genres);
    return { movies, genres, drama, war, remove: (id = drama.id) => handler.execute(new RemoveGenre(id)) };
  };

  it('leaves the others, and its name to a new one', async () => {
    const { genres, war, remove } = await setUp();
    await remove();
    expect([...genres.kept.values()]).toEqual([war]);
    await expect(genres.add(aGenre('Drama'))).resolves.toBeUndefined();
  });

  it('is refused while a film is listed under it', async () => {
    const { movies, genres, drama, war, remove } = await setUp();
    const movie = aMovie({ genres: [drama, war] });
    await movies.add(movie);
    await expect(remove()).rejects.toThrow(GenreInUse);
    expect(genres.kept.get(drama.id)).toEqual(drama);
    await movies.change(movie.id, (loaded) => loaded.change({ genres: [war] }));
    await remove();
    expect(genres.kept.has(drama.id)).toBe(false);
  });

  it('is refused for the sake of a retired film too', async () => {
    const { movies, drama, remove } = await setUp();
    const movie = aMovie({ genres: [drama] });
    movie.retire({ showtimesAhead: 0, cancelShowtimes: false });
    await movies.add(movie);
    await expect(remove()).rejects.toThrow(GenreInUse);
  });

  it('knows no genre that was never added, nor one that is gone', async () => {
    const { genres, remove } = await setUp();
    await expect(remove('019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11')).rejects.toThrow(GenreNotFound);
    expect(genres.kept.size).toBe(2);
    await remove();
    await expect(remove()).rejects.toThrow(GenreNotFound);
  });
});
