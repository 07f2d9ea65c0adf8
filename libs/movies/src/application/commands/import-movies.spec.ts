import { aGenre, aMovie, anEntry } from '../../testing/films.js';
import { InMemoryGenres } from '../../testing/in-memory-genres.js';
import { InMemoryMovies } from '../../testing/in-memory-movies.js';
import { noDatabase } from '../../testing/no-database.js';
import { type CatalogueEntry, ImportMovies, ImportMoviesHandler } from './import-movies.js';

describe('Importing a catalogue', () => {
  const setUp = () => {
    const [movies, genres] = [new InMemoryMovies(), new InMemoryGenres()];
    const handler = new ImportMoviesHandler(movies, genres, noDatabase);
    return { movies, genres, run: (...entries: CatalogueEntry[]) => handler.execute(new ImportMovies(entries)) };
  };

  it('adds every film and tells the others of each', async () => {
    const { movies, run } = setUp();
    expect(await run(anEntry(), anEntry(), anEntry())).toEqual({ added: 3, alreadyThere: 0, genresAdded: 0 });
    expect(movies.recorded).toEqual(Array.from({ length: 3 }, () => 'movies.movie-added.v1'));
  });

  it('makes each missing genre once, however it is written', async () => {
    const { movies, genres, run } = setUp();
    await genres.add(aGenre('Drama'));
    expect(await run(anEntry({ genres: ['DRAMA', 'War'] }), anEntry({ genres: ['war', 'War'] }))).toMatchObject({ genresAdded: 1 });
    expect([...movies.states.values()].map((state) => state.genres.map(({ name }) => name))).toEqual([['Drama', 'War'], ['War']]);
  });

  it('leaves alone the films that are there, retired or not', async () => {
    const { movies, run } = setUp();
    const there = aMovie({ title: 'Arrival', releaseDate: '2016-11-11', runtimeMinutes: 116 });
    there.retire({ showtimesAhead: 0, cancelShowtimes: false });
    await movies.add(there);
    expect(await run(anEntry({ title: 'ARRIVAL', releaseDate: '2016-01-01', runtimeMinutes: 1 }))).toMatchObject({
      added: 0,
      alreadyThere: 1,
    });
    expect([...movies.states.values()]).toEqual([there.state]);
  });

  it('takes two films of one title for two when their years differ', async () => {
    const { run } = setUp();
    const years = ['1984-12-14', '2021-09-15', null].map((releaseDate) => anEntry({ title: 'Dune', releaseDate }));
    expect(await run(...years)).toMatchObject({ added: 3 });
  });

  it('takes the first where a catalogue lists a film twice', async () => {
    const { movies, run } = setUp();
    const [first, second] = [anEntry({ title: 'Arrival', runtimeMinutes: 116 }), anEntry({ title: 'arrival', runtimeMinutes: 120 })];
    expect(await run(first, second)).toMatchObject({ added: 1, alreadyThere: 1 });
    expect([...movies.states.values()]).toMatchObject([{ runtimeMinutes: 116 }]);
  });

  it('does nothing the second time', async () => {
    const { run } = setUp();
    const entries = [anEntry({ genres: ['Drama'] }), anEntry()];
    await run(...entries);
    expect(await run(...entries)).toEqual({ added: 0, alreadyThere: 2, genresAdded: 0 });
  });
});
