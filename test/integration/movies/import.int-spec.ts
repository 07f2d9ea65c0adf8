import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Database } from '@app/platform/persistence/database.js';
import { Outbox } from '@app/platform/persistence/outbox.js';
import { runCli } from '../../../apps/cli/src/cli.js';
import { ImportMovies, ImportMoviesHandler } from '../../../libs/movies/src/application/commands/import-movies.js';
import { Genres } from '../../../libs/movies/src/domain/genres.js';
import { Movies } from '../../../libs/movies/src/domain/movies.js';
import { PostgresMovies } from '../../../libs/movies/src/infrastructure/postgres-movies.js';
import { anEntry } from '../../../libs/movies/src/testing/films.js';
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

async function cli(args: string[], env: Record<string, string> = {}, input = '') {
  const [said, warned]: [string[], string[]] = [[], []];
  const terminal = {
    env: { ...system.env, ...env },
    stdin: Readable.from([input]),
    print: (line: string) => said.push(line),
    printError: (line: string) => warned.push(line),
  };
  return { code: await runCli(args, terminal), said: said.join('\n'), warned: warned.join('\n') };
}
function file(content: string): string {
  const path = join(folder, `${randomUUID()}.csv`);
  writeFileSync(path, content);
  return path;
}
const count = async (table: string) => (await system.sql<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`))[0]!.count;

describe('Importing a catalogue', () => {
  it('adds five thousand films, and none of them again', async () => {
    const lines = Array.from(
      { length: 5_000 },
      (_, i) => `"Catalogue film ${i}, part one",About waiting.,${60 + (i % 120)} min,${1950 + (i % 70)},PG,Drama|Genre ${i % 20}`,
    );
    const catalogue = file(`title,description,runtimeMinutes,releaseDate,ageRating,genres\n${lines.join('\n')}`);
    expect(await cli(['import-catalogue', catalogue])).toEqual({
      code: 0,
      said: 'Added 5000 movies and 21 genres; 0 already there.',
      warned: '',
    });
    expect(await cli(['import-catalogue', catalogue])).toMatchObject({ code: 0, said: 'Added 0 movies and 0 genres; 5000 already there.' });
    expect(await count('movies.movies')).toBe(5_000);
    expect(await count('movies.movie_genres')).toBe(10_000);
    expect(await count(`messaging.outbox WHERE type = 'movies.movie-added.v1' AND sequence = 1`)).toBe(5_000);
  });

  it('makes films that customers find', async () => {
    const title = `Élan ${randomUUID()}`;
    await cli([
      'import-catalogue',
      file(`Name;Plot;Length;Tags\n${title};x;1h 56m;Drama\n`),
      '--map',
      'title=Name',
      '--map',
      'description=Plot',
      '--map',
      'runtimeMinutes=Length',
      '--map',
      'genres=Tags',
    ]);
    expect((await system.get(`/movies?q=${encodeURIComponent(title)}`)).body.data).toMatchObject([
      { title, runtimeMinutes: 116, genres: [{ name: 'Drama' }] },
    ]);
  });

  it('imports nothing when one line is wrong, and shows the first fifty faults', async () => {
    const before = await count('movies.movies');
    const lines = Array.from({ length: 60 }, (_, i) => `Good ${randomUUID()},x,100\nBad ${i},x,long`);
    const { code, warned } = await cli(['import-catalogue', file(`title,description,runtimeMinutes\n${lines.join('\n')}`)]);
    expect(code).toBe(1);
    expect(warned.split('\n')).toHaveLength(52);
    expect(warned).toMatch(/^Nothing was imported: 60 faults\.\n {2}line 3, runtimeMinutes: "long"/);
    expect(warned).toMatch(/… and 10 more$/);
    expect(await count('movies.movies')).toBe(before);
  });

  it('adds each film once when two import the same at once', async () => {
    const entries = Array.from({ length: 50 }, () => anEntry({ genres: ['Drama', `Genre ${randomUUID()}`] }));
    const handler = system.api.get(ImportMoviesHandler, { strict: false });
    const outcomes = await Promise.all([1, 2, 3].map(() => handler.execute(new ImportMovies(entries))));
    expect(outcomes.map(({ added }) => added).sort((a, b) => a - b)).toEqual([0, 0, 50]);
    expect(outcomes.map(({ genresAdded }) => genresAdded).sort((a, b) => a - b)).toEqual([0, 0, 50]);
  });

  it('would add them twice if no import waited for the other', async () => {
    const entries = [anEntry(), anEntry()];
    const [database, outbox] = [system.api.get(Database, { strict: false }), system.api.get(Outbox, { strict: false })];
    const handler = new ImportMoviesHandler(new HastyMovies(database, outbox), system.api.get<Genres>(Genres, { strict: false }), database);
    const outcomes = await Promise.all([1, 2].map(() => handler.execute(new ImportMovies(entries))));
    expect(outcomes.map(({ added }) => added)).toEqual([2, 2]);
  });

  it('leaves nothing behind when it breaks off in the middle', async () => {
    const entries = [anEntry({ genres: [`Genre ${randomUUID()}`] }), anEntry()];
    const [movies, genres] = [system.api.get<Movies>(Movies, { strict: false }), system.api.get<Genres>(Genres, { strict: false })];
    const before = [await count('movies.movies'), await count('movies.genres'), await count('messaging.outbox')];
    const broken: Movies = Object.create(movies, {
      addAll: {
        value: async (many: Parameters<Movies['addAll']>[0]) =>
          movies.addAll(many).then(() => Promise.reject(new Error('the plug was pulled'))),
      },
    }) as Movies;
    const handler = new ImportMoviesHandler(broken, genres, system.api.get(Database, { strict: false }));
    await expect(handler.execute(new ImportMovies(entries))).rejects.toThrow('the plug was pulled');
    expect([await count('movies.movies'), await count('movies.genres'), await count('messaging.outbox')]).toEqual(before);
  });

  /** The guard switched off: both have looked before either adds. */
  class HastyMovies extends PostgresMovies {
    #looked = 0;
    #bothLooked = Promise.withResolvers<void>();

    override async knownAmong(films: Parameters<Movies['knownAmong']>[0]): Promise<ReadonlySet<string>> {
      const known = await super.knownAmong(films);
      if (++this.#looked === 2) this.#bothLooked.resolve();
      await this.#bothLooked.promise;
      return known;
    }

    protected override waitForOtherImports(): Promise<void> {
      return Promise.resolve();
    }
  }
});

describe('Operating from the command line', () => {
  it('makes an admin who can sign in', async () => {
    const email = `${randomUUID()}@cinema.test`;
    const made = await cli(['create-admin', '--email', email, '--full-name', 'The Boss'], { ADMIN_PASSWORD: 'seven quiet rows' });
    expect(made).toEqual({ code: 0, said: `Created the admin ${email}.`, warned: '' });
    const token = await system.logIn(email, 'seven quiet rows');
    expect((await system.get('/users', { token })).status).toBe(200);
  });

  it('takes the password from standard input, and keeps that of an account that is there', async () => {
    const customer = await system.registerCustomer();
    const promoted = await cli(
      ['create-admin', '--email', customer.email, '--full-name', 'X'],
      { ADMIN_PASSWORD: '' },
      'another passphrase\r\n',
    );
    expect(promoted).toMatchObject({ code: 0, said: expect.stringContaining('keeps its password') as string });
    expect((await system.get('/users', { token: await system.logIn(customer.email, customer.password) })).status).toBe(200);
  });

  it('refuses a password that anybody would try, and none at all', async () => {
    const args = ['create-admin', '--email', 'boss@cinema.test', '--full-name', 'X'];
    expect(await cli(args, { ADMIN_PASSWORD: 'password1' })).toMatchObject({
      code: 1,
      warned: expect.stringContaining('first ones anybody would try') as string,
    });
    expect(await cli(args, { ADMIN_PASSWORD: '' })).toMatchObject({
      code: 1,
      warned: expect.stringContaining('There is no password') as string,
    });
  });

  it('moves the clock of the whole system, where it may be moved', async () => {
    const before = await system.now();
    expect((await cli(['advance-clock', '31'])).code).toBe(0);
    expect((await system.now()).getTime() - before.getTime()).toBeGreaterThanOrEqual(31 * 60_000);
    expect(await cli(['reset-clock'])).toMatchObject({ code: 0, said: expect.stringContaining('The time of the system is now') as string });
    expect((await system.get('//sandbox/clock')).body.offsetSeconds).toBe(0);
    for (const args of [['advance-clock', '31'], ['reset-clock']]) {
      expect(await cli(args, { CLOCK_MOVABLE: 'false' })).toMatchObject({
        code: 1,
        warned: expect.stringContaining('cannot be moved') as string,
      });
    }
  });

  it('finds a database that is up to date, and says so when there is none', async () => {
    expect(await cli(['migrate'])).toMatchObject({ code: 0, said: 'Nothing to apply: the database is up to date.' });
    const nowhere = await cli(['migrate'], { DATABASE_URL: 'postgres://postgres@127.0.0.1:1/nowhere' });
    expect(nowhere).toEqual({
      code: 1,
      said: '',
      warned: 'Nothing answers at 127.0.0.1:1: is the database running, and is DATABASE_URL right?',
    });
  });
});
