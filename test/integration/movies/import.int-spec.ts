import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '@app/platform/persistence/database.js';
import { Outbox } from '@app/platform/persistence/outbox.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { ImportMovies, ImportMoviesHandler } from '../../../libs/movies/src/application/commands/import-movies.js';
import { Genres } from '../../../libs/movies/src/domain/genres.js';
import { Movies } from '../../../libs/movies/src/domain/movies.js';
import { PostgresMovies } from '../../../libs/movies/src/infrastructure/postgres-movies.js';
import { anEntry } from '../../../libs/movies/src/testing/builders.js';
import { type CliResult, cliOf } from '../../support/cli.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

let system: InProcessSystem;
const folder = mkdtempSync(join(tmpdir(), 'movie-reservation-import-'));
beforeAll(async () => {
  system = await startInProcessSystem({ worker: false });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await system?.close();
});

const cli = (...args: string[]): Promise<CliResult> => cliOf(system, args);
function file(content: string): string {
  const path = join(folder, `${randomUUID()}.csv`);
  writeFileSync(path, content);
  return path;
}
const count = async (table: string) => (await system.sql<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`))[0]!.count;

describe('import-catalogue', () => {
  it('five thousand movies are imported once, also from two imports', async () => {
    const lines = Array.from(
      { length: 5_000 },
      (_, i) => `"Catalogue movie ${i}, part one",About waiting.,${60 + (i % 120)} min,${1950 + (i % 70)},PG,Drama|Genre ${i % 20}`,
    );
    const catalogue = file(`title,description,runtimeMinutes,releaseDate,ageRating,genres\n${lines.join('\n')}`);
    expect(await cli('import-catalogue', catalogue)).toEqual({
      code: 0,
      stdout: 'Added 5000 movies and 21 genres; 0 already there.',
      stderr: '',
    });
    expect(await cli('import-catalogue', catalogue)).toMatchObject({
      code: 0,
      stdout: 'Added 0 movies and 0 genres; 5000 already there.',
    });
    expect(await count('movies.movies')).toBe(5_000);
    expect(await count(`platform.audit_trail WHERE actor IS NULL AND action = 'movies.import-movies'`)).toBe(1);
    expect(await count('movies.movie_genres')).toBe(10_000);
    expect(await count(`messaging.outbox WHERE type = 'movies.movie-added.v1' AND sequence = 1`)).toBe(5_000);
  });

  it('an imported movie is found by customers', async () => {
    const title = `Élan ${randomUUID()}`;
    const catalogue = file(`Name;Plot;Length;Tags\n${title};x;1h 56m;Drama\n`);
    const columns = ['title=Name', 'description=Plot', 'runtimeMinutes=Length', 'genres=Tags'];
    await cli('import-catalogue', catalogue, ...columns.flatMap((column) => ['--map', column]));
    expect((await system.get(`/movies?q=${encodeURIComponent(title)}`)).body.data).toMatchObject([
      { title, runtimeMinutes: 116, genres: [{ name: 'Drama' }] },
    ]);
  });

  it('one faulty line stops the import, and the first fifty faults are shown', async () => {
    const before = await count('movies.movies');
    const lines = Array.from({ length: 60 }, (_, i) => `Good ${randomUUID()},x,100\nBad ${i},x,long`);
    const { code, stderr } = await cli('import-catalogue', file(`title,description,runtimeMinutes\n${lines.join('\n')}`));
    expect(code).toBe(1);
    expect(stderr.split('\n')).toHaveLength(52);
    expect(stderr).toMatch(/^Nothing was imported: 60 faults\.\n {2}line 3, runtimeMinutes: "long"/);
    expect(stderr).toMatch(/… and 10 more$/);
    expect(await count('movies.movies')).toBe(before);
  });

  it('--skip-faulty imports what can be read, and names every line that is left out', async () => {
    const [title, stored] = [`Good ${randomUUID()}`, `Stored ${randomUUID()}`];
    await cli('import-catalogue', file(`title,description,runtimeMinutes\n${stored},x,100\n`));
    const catalogue = file(`title,description,runtimeMinutes\n${title},x,100\nBad,x,long\n${stored},x,100\n`);
    const { code, stdout, stderr } = await cli('import-catalogue', catalogue, '--skip-faulty');
    expect([code, stdout]).toEqual([0, 'Added 1 movie and 0 genres; 1 already there.']);
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^Left out: line 3, runtimeMinutes: "long"/),
      `Left out: line 4: "${stored}" (no year) is already stored`,
    ]);
    const onlyFaults = await cli('import-catalogue', file('title,description,runtimeMinutes\nBad,x,long\n'), '--skip-faulty');
    expect(onlyFaults).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no movie in') as string });
  });

  it('--take-duplicates adds both movies of one title and year', async () => {
    const title = `Remake ${randomUUID()}`;
    const text = `title,description,runtimeMinutes,releaseDate\n${title},x,100,1999\n${title},y,120,1999\n`;
    const once = await cli('import-catalogue', file(text.replaceAll('Remake', 'Single')));
    expect(once).toMatchObject({ code: 0, stdout: 'Added 1 movie and 0 genres; 1 already there.' });
    expect(once.stderr).toMatch(/^Left out: line 3: .* has the title and year of line 2; --take-duplicates takes both$/);
    const both = await cli('import-catalogue', file(text), '--take-duplicates');
    expect(both).toEqual({ code: 0, stdout: 'Added 2 movies and 0 genres; 0 already there.', stderr: '' });
    expect(await cli('import-catalogue', file(text), '--take-duplicates')).toMatchObject({
      stdout: 'Added 0 movies and 0 genres; 2 already there.',
    });
  });
});

describe('ImportMovies', () => {
  const movies = () => system.api.get<Movies>(Movies, { strict: false });
  const genres = () => system.api.get<Genres>(Genres, { strict: false });
  const transactions = () => system.api.get<Transactions>(Transactions, { strict: false });

  it('three imports of the same movies at the same moment add each once', async () => {
    const entries = Array.from({ length: 50 }, () => anEntry({ genres: ['Drama', `Genre ${randomUUID()}`] }));
    const handler = system.api.get(ImportMoviesHandler, { strict: false });
    const outcomes = await Promise.all([1, 2, 3].map(() => handler.execute(new ImportMovies(entries))));
    expect(outcomes.map(({ added }) => added).sort((a, b) => a - b)).toEqual([0, 0, 50]);
    expect(outcomes.map(({ genresAdded }) => genresAdded).sort((a, b) => a - b)).toEqual([0, 0, 50]);
  });

  it('without the lock two imports at the same moment would add them twice', async () => {
    const entries = [anEntry(), anEntry()];
    const [database, outbox] = [system.api.get(Database, { strict: false }), system.api.get(Outbox, { strict: false })];
    const handler = new ImportMoviesHandler(new UnlockedMovies(database, transactions(), outbox), genres(), transactions());
    const outcomes = await Promise.all([1, 2].map(() => handler.execute(new ImportMovies(entries))));
    expect(outcomes.map(({ added }) => added)).toEqual([2, 2]);
  });

  it('an import that fails in the middle stores nothing', async () => {
    const entries = [anEntry({ genres: [`Genre ${randomUUID()}`] }), anEntry()];
    const stored = movies();
    const before = [await count('movies.movies'), await count('movies.genres'), await count('messaging.outbox')];
    const failing: Movies = Object.create(stored, {
      addAll: {
        value: async (many: Parameters<Movies['addAll']>[0]) =>
          stored.addAll(many).then(() => Promise.reject(new Error('The connection broke'))),
      },
    }) as Movies;
    const handler = new ImportMoviesHandler(failing, genres(), transactions());
    await expect(handler.execute(new ImportMovies(entries))).rejects.toThrow('The connection broke');
    expect([await count('movies.movies'), await count('movies.genres'), await count('messaging.outbox')]).toEqual(before);
  });

  /** Without the lock: both have read before either adds. */
  class UnlockedMovies extends PostgresMovies {
    #readers = 0;
    #bothHaveRead = Promise.withResolvers<void>();

    override async knownAmong(identities: Parameters<Movies['knownAmong']>[0]): Promise<ReadonlySet<string>> {
      const known = await super.knownAmong(identities);
      if (++this.#readers === 2) this.#bothHaveRead.resolve();
      await this.#bothHaveRead.promise;
      return known;
    }

    protected override waitForOtherImports(): Promise<void> {
      return Promise.resolve();
    }
  }
});
