import { MovieNotFound, UnknownGenres } from '../../domain/errors.js';
import { aGenre, aMovie } from '../../testing/films.js';
import { InMemoryGenres } from '../../testing/in-memory-genres.js';
import { InMemoryMovies } from '../../testing/in-memory-movies.js';
import { ChangeMovie, ChangeMovieHandler } from './change-movie.js';

describe('Changing what is known about a film', () => {
  const setUp = async () => {
    const [movies, genres] = [new InMemoryMovies(), new InMemoryGenres()];
    const [drama, war, comedy] = [aGenre('Drama'), aGenre('War'), aGenre('Comedy')];
    for (const genre of [drama, war, comedy]) await genres.add(genre);
    const movie = aMovie({ title: 'Arrival', genres: [drama, war] });
    await movies.add(movie);
    const told = () => movies.recorded.slice(1);
    const handler = new ChangeMovieHandler(movies, genres);
    const change = (changes: ChangeMovie['changes'], id = movie.id) => handler.execute(new ChangeMovie(id, changes));
    return { movies, movie, drama, war, comedy, told, change };
  };

  it('answers the film with what was said, the rest as it was, and tells the others', async () => {
    const { movies, movie, drama, war, told, change } = await setUp();
    expect(await change({ title: ' Dune   Messiah ', runtimeMinutes: 116 })).toEqual({
      id: movie.id,
      status: 'active',
      title: 'Dune Messiah',
      description: 'About waiting.',
      runtimeMinutes: 116,
      releaseDate: '2016-11-11',
      ageRating: 'PG-13',
      genres: [drama, war],
    });
    expect(movies.states.get(movie.id)).toMatchObject({ title: 'Dune Messiah', runtimeMinutes: 116, version: 2 });
    expect(told()).toEqual(['movies.movie-changed.v1']);
  });

  it('takes a date or a rating away where it is told that there is none', async () => {
    const { change } = await setUp();
    expect(await change({ releaseDate: null })).toMatchObject({ releaseDate: null, ageRating: 'PG-13' });
    expect(await change({ ageRating: null })).toMatchObject({ releaseDate: null, ageRating: null });
  });

  it('lists it under other genres, or under none', async () => {
    const { drama, comedy, change } = await setUp();
    expect(await change({ title: 'Dune', genreIds: [drama.id, comedy.id] })).toMatchObject({ title: 'Dune', genres: [comedy, drama] });
    expect(await change({ genreIds: [] })).toMatchObject({ title: 'Dune', genres: [] });
  });

  it('tells nobody where nothing is new', async () => {
    const { movies, movie, drama, war, told, change } = await setUp();
    await change({});
    expect(await change({ title: ' Arrival', runtimeMinutes: 100, genreIds: [war.id, drama.id] })).toMatchObject({ title: 'Arrival' });
    expect([told(), movies.states.get(movie.id)]).toEqual([[], movie.state]);
  });

  it('names the genres nobody knows, and changes nothing else either', async () => {
    const { movies, movie, drama, told, change } = await setUp();
    const unknown = aGenre().id;
    const refused = change({ title: 'Dune', genreIds: [drama.id, unknown] });
    await expect(refused).rejects.toThrow(UnknownGenres);
    await expect(refused).rejects.toMatchObject({ details: { genreIds: [unknown] } });
    expect([told(), movies.states.get(movie.id)]).toEqual([[], movie.state]);
  });

  it('is possible for a retired film, which stays retired', async () => {
    const { movies, movie, told, change } = await setUp();
    await movies.change(movie.id, (loaded) => loaded.retire({ showtimesAhead: 0, cancelShowtimes: false }));
    expect(await change({ title: 'Dune' })).toMatchObject({ title: 'Dune', status: 'retired' });
    expect(told()).toEqual(['movies.movie-retired.v1', 'movies.movie-changed.v1']);
  });

  it('knows no film that was never added', async () => {
    const { movies, change } = await setUp();
    await expect(change({ title: 'Dune' }, '019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11')).rejects.toThrow(MovieNotFound);
    expect(movies.states.size).toBe(1);
  });
});
