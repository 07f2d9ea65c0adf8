import { newId } from '@app/kernel/id.js';
import { POSTER_WIDTHS, PosterStorage, posterKey } from '../../../libs/movies/src/domain/poster-storage.js';
import { cliOf } from '../../support/cli.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

describe('posters check', () => {
  let system: InProcessSystem;
  let storage: PosterStorage;

  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false });
    storage = system.api.get<PosterStorage>(PosterStorage, { strict: false });
  }, 60_000);
  afterAll(() => system.close());
  beforeEach(() => system.sql('UPDATE movies.movies SET poster_id = NULL'));

  /** A movie with a poster of which these widths are stored. */
  async function addMovie(title: string, widths: readonly (typeof POSTER_WIDTHS)[number][]) {
    const body = { title, description: 'About waiting.', runtimeMinutes: 90 };
    const { id: movieId } = await system.expectOk('POST', '/movies', { token: await system.adminToken(), body });
    const name = { movieId: movieId as string, posterId: newId() };
    for (const width of widths) await storage.put(posterKey(name, width), Buffer.from('image'));
    await system.sql('UPDATE movies.movies SET poster_id = $2 WHERE id = $1', [name.movieId, name.posterId]);
    return name;
  }

  it('movies whose objects are lost are named, with the keys, and fail the command', async () => {
    await addMovie('Whole', [320, 960]);
    const gone = await addMovie('Gone', []);
    const half = await addMovie('Half', [320]);
    const lines = [
      `${gone.movieId}  Gone  ${posterKey(gone, 320)} ${posterKey(gone, 960)}`,
      `${half.movieId}  Half  ${posterKey(half, 960)}`,
    ];
    expect(await cliOf(system, ['posters', 'check'])).toEqual({
      code: 1,
      stdout: [...lines, 'Looked at 3 posters.'].join('\n'),
      stderr: '2 posters are lost: upload them again (POST /api/v1/movies/{id}/poster).',
    });
    const { code, stdout } = await cliOf(system, ['posters', 'check', '--json']);
    expect([code, JSON.parse(stdout)]).toEqual([
      1,
      {
        checked: 3,
        lostCount: 2,
        data: [
          { movieId: gone.movieId, title: 'Gone', posterId: gone.posterId, keys: [posterKey(gone, 320), posterKey(gone, 960)] },
          { movieId: half.movieId, title: 'Half', posterId: half.posterId, keys: [posterKey(half, 960)] },
        ],
      },
    ]);
    await storage.put(posterKey(half, 960), Buffer.from('image'));
    await system.sql('UPDATE movies.movies SET poster_id = NULL WHERE id = $1', [gone.movieId]);
    expect(await cliOf(system, ['posters', 'check'])).toMatchObject({ code: 0, stdout: 'Looked at 2 posters.' });
  });

  it('every page is looked at', async () => {
    const rows = await system.sql<{ id: string; poster_id: string }>(
      `INSERT INTO movies.movies (id, title, title_key, description, runtime_minutes, status, version, poster_id)
       SELECT gen_random_uuid(), 'Movie ' || n, 'movie ' || n, '', 90, 'active', 1, gen_random_uuid() FROM generate_series(1, 401) AS n
       RETURNING id, poster_id`,
    );
    const [first] = rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    for (const width of POSTER_WIDTHS)
      await storage.put(posterKey({ movieId: first!.id, posterId: first!.poster_id }, width), Buffer.from('image'));
    const { stdout } = await cliOf(system, ['posters', 'check', '--json']);
    const { checked, lostCount, data } = JSON.parse(stdout) as { checked: number; lostCount: number; data: { movieId: string }[] };
    expect([checked, lostCount, new Set(data.map(({ movieId }) => movieId)).size]).toEqual([401, 400, 400]);
  }, 60_000);

  it('a storage that is away fails the command, and names no poster as lost', async () => {
    await addMovie('Whole', [320, 960]);
    const { code, stdout, stderr } = await cliOf(system, ['posters', 'check'], { S3_ENDPOINT: 'http://127.0.0.1:1' });
    expect([code, stdout, stderr]).toEqual([
      1,
      '',
      expect.stringMatching(/^The storage of posters does not say what it has: .*ECONNREFUSED/),
    ]);
  });

  it('a bucket that is not there fails the command, and names no poster as lost', async () => {
    await addMovie('Whole', [320, 960]);
    const { code, stdout, stderr } = await cliOf(system, ['posters', 'check'], { S3_BUCKET: 'no-such-bucket' });
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining('bucket does not exist')]);
  });
});
