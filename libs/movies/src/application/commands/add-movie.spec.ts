import { UnknownGenres } from '../../domain/errors.js';
import { aFilm, aGenre } from '../../testing/films.js';
import { InMemoryGenres } from '../../testing/in-memory-genres.js';
import { InMemoryMovies } from '../../testing/in-memory-movies.js';
import { noDatabase, oneRequest } from '../../testing/no-database.js';
import { AddMovie, AddMovieHandler } from './add-movie.js';

describe('Adding a film to the catalogue', () => {
  const setUp = async (database = noDatabase) => {
    const [movies, genres] = [new InMemoryMovies(), new InMemoryGenres()];
    const [drama, war] = [aGenre('Drama'), aGenre('War')];
    for (const genre of [drama, war]) await genres.add(genre);
    const handler = new AddMovieHandler(movies, genres, database);
    const add = (film = aFilm(), genreIds: readonly string[] = []) => handler.execute(new AddMovie(film, genreIds));
    return { movies, drama, war, add };
  };

  it('answers it as the catalogue shows it, its genres in the order of their names', async () => {
    const { drama, war, add } = await setUp();
    expect(await add(aFilm({ title: '  The   Arrival ' }), [war.id, drama.id])).toEqual({
      ...aFilm({ title: 'The Arrival' }),
      id: expect.any(String) as string,
      status: 'active',
      genres: [drama, war],
    });
  });

  it('keeps it and tells the others', async () => {
    const { movies, drama, add } = await setUp();
    const { id } = await add(aFilm({ title: 'Arrival' }), [drama.id]);
    expect(movies.states.get(id)).toMatchObject({ title: 'Arrival', genres: [drama], version: 1 });
    expect(movies.recorded).toEqual(['movies.movie-added.v1']);
  });

  it('takes one that nobody can date, rate or put under a genre', async () => {
    const { add } = await setUp();
    expect(await add(aFilm({ releaseDate: null, ageRating: null }))).toMatchObject({ releaseDate: null, ageRating: null, genres: [] });
  });

  it('names the genres nobody knows, and adds nothing', async () => {
    const { movies, drama, add } = await setUp();
    const unknown = [aGenre().id, aGenre().id];
    const refused = add(aFilm(), [unknown[0]!, drama.id, unknown[1]!]);
    await expect(refused).rejects.toThrow(UnknownGenres);
    await expect(refused).rejects.toMatchObject({ details: { genreIds: unknown } });
    expect([movies.states.size, movies.recorded]).toEqual([0, []]);
  });

  it('adds it once when the same request comes again', async () => {
    const { movies, add } = await setUp(oneRequest());
    const film = aFilm();
    const movie = await add(film);
    expect(await add(film)).toEqual(movie);
    expect(movies.states.size).toBe(1);
  });
});
