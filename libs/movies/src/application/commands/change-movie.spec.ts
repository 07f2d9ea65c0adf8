import { MovieNotFound, UnknownGenres } from '../../domain/errors.js';
import { aGenre, aMovie } from '../../testing/builders.js';
import { MoviesHarness } from '../../testing/movies-harness.js';
import { movieView } from '../queries/movie.view.js';
import { ChangeMovie } from './change-movie.js';

describe('ChangeMovie', () => {
  const setUp = async () => {
    const [drama, war, comedy] = [aGenre('Drama'), aGenre('War'), aGenre('Comedy')];
    const movie = aMovie({ title: 'Arrival', genres: [drama, war] });
    const harness = await MoviesHarness.with({ genres: [drama, war, comedy], movies: [movie] });
    const { movies, audit, adminId } = harness;
    const change = async (changes: ChangeMovie['changes'], id = movie.id) => {
      const changed = await harness.execute(new ChangeMovie(adminId, id, changes));
      return { changed, ...movieView(movies.states.get(id)!) };
    };
    return { movies, audit, adminId, movie, drama, war, comedy, change };
  };

  it('a change keeps what is left out, and is stored with an event', async () => {
    const { movies, movie, drama, war, change } = await setUp();
    expect(await change({ title: ' Dune   Messiah ', runtimeMinutes: 116 })).toEqual({
      changed: true,
      id: movie.id,
      status: 'active',
      title: 'Dune Messiah',
      description: 'About waiting.',
      runtimeMinutes: 116,
      releaseDate: '2016-11-11',
      ageRating: 'PG-13',
      genres: [drama, war],
      poster: null,
    });
    expect(movies.states.get(movie.id)).toMatchObject({ title: 'Dune Messiah', runtimeMinutes: 116, version: 2 });
    expect(movies.recorded).toEqual(['movies.movie-changed.v1']);
  });

  it('null removes the release date or the rating', async () => {
    const { change } = await setUp();
    expect(await change({ releaseDate: null })).toMatchObject({ releaseDate: null, ageRating: 'PG-13' });
    expect(await change({ ageRating: null })).toMatchObject({ releaseDate: null, ageRating: null });
  });

  it('new genres replace the old ones, and an empty list removes all', async () => {
    const { drama, comedy, change } = await setUp();
    expect(await change({ title: 'Dune', genreIds: [drama.id, comedy.id] })).toMatchObject({ title: 'Dune', genres: [comedy, drama] });
    expect(await change({ genreIds: [] })).toMatchObject({ title: 'Dune', genres: [] });
  });

  it('the same values record no event and no audit entry', async () => {
    const { movies, audit, movie, drama, war, change } = await setUp();
    await change({});
    const same = { title: ' Arrival', runtimeMinutes: 100, genreIds: [war.id, drama.id] };
    expect(await change(same)).toMatchObject({ changed: false, title: 'Arrival' });
    expect([movies.recorded, audit.entries, movies.states.get(movie.id)]).toEqual([[], [], movie.state]);
  });

  it('unknown genres are refused by id, and nothing is changed', async () => {
    const { movies, movie, drama, change } = await setUp();
    const unknown = aGenre().id;
    const refused = change({ title: 'Dune', genreIds: [drama.id, unknown] });
    await expect(refused).rejects.toThrow(UnknownGenres);
    await expect(refused).rejects.toMatchObject({ details: { genreIds: [unknown] } });
    expect([movies.recorded, movies.states.get(movie.id)]).toEqual([[], movie.state]);
  });

  it('a retired movie can be changed and stays retired', async () => {
    const { movies, movie, change } = await setUp();
    await movies.change(movie.id, (loaded) => loaded.retire({ showtimesAhead: 0, cancelShowtimes: false }));
    expect(await change({ title: 'Dune' })).toMatchObject({ title: 'Dune', status: 'retired' });
    expect(movies.recorded).toEqual(['movies.movie-retired.v1', 'movies.movie-changed.v1']);
  });

  it('an unknown movie is refused and not added', async () => {
    const { movies, change } = await setUp();
    await expect(change({ title: 'Dune' }, '019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11')).rejects.toThrow(MovieNotFound);
    expect(movies.states.size).toBe(1);
  });

  it('a change leaves an audit entry with the new values', async () => {
    const { audit, adminId, movie, change } = await setUp();
    await change({ runtimeMinutes: 116, ageRating: null });
    expect(audit.entries).toEqual([
      { actor: adminId, action: 'movies.change-movie', subject: movie.id, details: { runtimeMinutes: 116, ageRating: null } },
    ]);
  });
});
