import { aGenre, aMovie, anEntry } from '../../testing/builders.js';
import { MoviesHarness } from '../../testing/movies-harness.js';
import { type CatalogueEntry, ImportMovies } from './import-movies.js';

describe('ImportMovies', () => {
  const setUp = async (given: Parameters<typeof MoviesHarness.with>[0] = {}) => {
    const harness = await MoviesHarness.with(given);
    const { movies, genres, audit } = harness;
    return { movies, genres, audit, harness, run: (...entries: CatalogueEntry[]) => harness.execute(new ImportMovies(entries)) };
  };

  it('every movie of a catalogue is added with an event', async () => {
    const { movies, run } = await setUp();
    expect(await run(anEntry(), anEntry(), anEntry())).toEqual({ added: 3, alreadyThere: 0, genresAdded: 0, leftOut: [] });
    expect(movies.recorded).toEqual(Array.from({ length: 3 }, () => 'movies.movie-added.v1'));
  });

  it('an import that adds movies leaves one audit entry of the operator', async () => {
    const { audit, run } = await setUp();
    const entry = anEntry();
    await run(entry, anEntry());
    await run(entry);
    expect(audit.entries).toEqual([
      { actor: null, action: 'movies.import-movies', subject: 'movies', details: { added: 2, alreadyThere: 0, genresAdded: 0 } },
    ]);
  });

  it('each missing genre is added once, in any case', async () => {
    const { movies, run } = await setUp({ genres: [aGenre('Drama')] });
    expect(await run(anEntry({ genres: ['DRAMA', 'War'] }), anEntry({ genres: ['war', 'War'] }))).toMatchObject({ genresAdded: 1 });
    expect([...movies.states.values()].map((state) => state.genres.map(({ name }) => name))).toEqual([['Drama', 'War'], ['War']]);
  });

  it('a stored movie stays as it is, retired or not', async () => {
    const stored = aMovie({ title: 'Arrival', releaseDate: '2016-11-11', runtimeMinutes: 116 });
    stored.retire({ showtimesAhead: 0, cancelShowtimes: false });
    const { movies, run } = await setUp({ movies: [stored] });
    expect(await run(anEntry({ title: 'ARRIVAL', releaseDate: '2016-01-01', runtimeMinutes: 1 }))).toMatchObject({
      added: 0,
      alreadyThere: 1,
    });
    expect([...movies.states.values()]).toEqual([stored.state]);
  });

  it('movies with the same title and different years are different movies', async () => {
    const { run } = await setUp();
    const years = ['1984-12-14', '2021-09-15', null].map((releaseDate) => anEntry({ title: 'Dune', releaseDate }));
    expect(await run(...years)).toMatchObject({ added: 3 });
  });

  it('the first of two entries for the same movie is imported', async () => {
    const { movies, run } = await setUp();
    const [first, second] = [anEntry({ title: 'Arrival', runtimeMinutes: 116 }), anEntry({ title: 'arrival', runtimeMinutes: 120 })];
    expect(await run(first, second)).toMatchObject({ added: 1, alreadyThere: 1 });
    expect([...movies.states.values()]).toMatchObject([{ runtimeMinutes: 116 }]);
  });

  it('the second of two entries for the same movie is named, or taken on request', async () => {
    const entries = [anEntry({ title: 'Straße' }), anEntry({ title: 'Dune' }), anEntry({ title: 'STRASSE' })];
    const { run } = await setUp();
    expect(await run(...entries)).toMatchObject({ added: 2, leftOut: [{ index: 2, sameAs: 0 }] });
    const { harness } = await setUp();
    const imported = await harness.execute(new ImportMovies(entries, { takeSameTitleAndYear: true }));
    expect(imported).toMatchObject({ added: 3, leftOut: [] });
  });

  it('a second import of the same catalogue adds nothing', async () => {
    const { run } = await setUp();
    const entries = [anEntry({ genres: ['Drama'] }), anEntry()];
    await run(...entries);
    expect(await run(...entries)).toEqual({
      added: 0,
      alreadyThere: 2,
      genresAdded: 0,
      leftOut: [
        { index: 0, sameAs: null },
        { index: 1, sameAs: null },
      ],
    });
  });
});
