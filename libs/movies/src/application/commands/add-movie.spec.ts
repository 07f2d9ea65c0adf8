import { UnknownGenres } from '../../domain/errors.js';
import { aGenre, someDetails } from '../../testing/builders.js';
import { MoviesHarness } from '../../testing/movies-harness.js';
import { RepeatedRequest } from '../../testing/repeated-request.js';
import { AddMovie } from './add-movie.js';

describe('AddMovie', () => {
  const setUp = async (transactions?: RepeatedRequest) => {
    const [drama, war] = [aGenre('Drama'), aGenre('War')];
    const harness = await MoviesHarness.with({ genres: [drama, war], ...(transactions === undefined ? {} : { transactions }) });
    const { movies, audit, adminId } = harness;
    const add = (details = someDetails(), genreIds: readonly string[] = []) => harness.execute(new AddMovie(adminId, details, genreIds));
    return { movies, audit, adminId, drama, war, add };
  };

  it('a new movie is answered as the catalogue shows it, its genres sorted by name', async () => {
    const { drama, war, add } = await setUp();
    expect(await add(someDetails({ title: '  The   Arrival ' }), [war.id, drama.id])).toEqual({
      ...someDetails({ title: 'The Arrival' }),
      id: expect.any(String) as string,
      status: 'active',
      genres: [drama, war],
      poster: null,
    });
  });

  it('a new movie is stored with an event', async () => {
    const { movies, drama, add } = await setUp();
    const { id } = await add(someDetails({ title: 'Arrival' }), [drama.id]);
    expect(movies.states.get(id)).toMatchObject({ title: 'Arrival', genres: [drama], version: 1 });
    expect(movies.recorded).toEqual(['movies.movie-added.v1']);
  });

  it('a movie needs no release date, rating or genre', async () => {
    const { add } = await setUp();
    const bare = { releaseDate: null, ageRating: null };
    expect(await add(someDetails(bare))).toMatchObject({ ...bare, genres: [] });
  });

  it('unknown genres are refused by id, and no movie is added', async () => {
    const { movies, drama, add } = await setUp();
    const unknown = [aGenre().id, aGenre().id];
    const refused = add(someDetails(), [unknown[0]!, drama.id, unknown[1]!]);
    await expect(refused).rejects.toThrow(UnknownGenres);
    await expect(refused).rejects.toMatchObject({ details: { genreIds: unknown } });
    expect([movies.states.size, movies.recorded]).toEqual([0, []]);
  });

  it('a repeated request gets the same movie and adds no second one', async () => {
    const { movies, audit, adminId, add } = await setUp(new RepeatedRequest());
    const details = someDetails({ title: 'Arrival' });
    const movie = await add(details);
    expect(await add(details)).toEqual(movie);
    expect(movies.states.size).toBe(1);
    expect(audit.entries).toEqual([
      { actor: adminId, action: 'movies.add-movie', subject: movie.id, details: { ...details, genreIds: [] } },
    ]);
  });
});
