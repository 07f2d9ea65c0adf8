/** Posters on a real S3-compatible server: uploads, refusals, and what is stored or removed. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { Movies } from '../../../libs/movies/src/domain/movies.js';
import { RemoveUnusedPoster } from '../../../libs/movies/src/application/jobs/remove-unused-poster.js';
import { PosterUploads } from '../../../libs/movies/src/application/poster-uploads.js';
import { PosterStorage } from '../../../libs/movies/src/domain/poster-storage.js';
import type { HttpResponse, Json } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { movieRequest } from './catalogue-client.js';

const MIB = 1_024 * 1_024;

let system: InProcessSystem;
let token: string;
let png: Buffer;
beforeAll(async () => {
  system = await startInProcessSystem({ worker: false });
  token = await system.adminToken();
  png = await imageOf(400, 600).png().toBuffer();
});
afterAll(() => system?.close());

const imageOf = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: '#336699' } });

interface Part {
  readonly name?: string;
  readonly fileName?: string;
  readonly type?: string;
  readonly bytes: Buffer | string;
}

function formOf(...parts: Part[]): { body: Buffer; headers: Record<string, string> } {
  const chunks = parts.flatMap(({ name = 'poster', fileName = '../../etc/passwd.png', type = 'image/png', bytes }) => [
    Buffer.from(`--limit\r\nContent-Disposition: form-data; name="${name}"; filename="${fileName}"\r\nContent-Type: ${type}\r\n\r\n`),
    Buffer.from(bytes),
    Buffer.from('\r\n'),
  ]);
  return {
    body: Buffer.concat([...chunks, Buffer.from('--limit--\r\n')]),
    headers: { 'content-type': 'multipart/form-data; boundary=limit' },
  };
}

const newMovie = async (): Promise<string> => (await system.expectOk('POST', '/movies', { token, body: movieRequest() })).id as string;
const upload = (movieId: string, ...parts: Part[]): Promise<HttpResponse> =>
  system.call('POST', `/movies/${movieId}/poster`, { token, ...formOf(...parts) });
const posterIdOf = async (movieId: string): Promise<string | null> =>
  (await system.sql<{ poster_id: string | null }>('SELECT poster_id FROM movies.movies WHERE id = $1', [movieId]))[0]?.poster_id ?? null;
const jobsOf = (movieId: string): Promise<{ subject: string; run_at: Date | null }[]> =>
  system.sql(
    `SELECT subject, run_at FROM platform.jobs WHERE kind = 'movies.remove-unused-poster' AND subject LIKE $1 AND run_at IS NOT NULL`,
    [`${movieId}/%`],
  );
const imageAt = async (location: string | null): Promise<Response> => fetch(location ?? '');
const redirect = (movieId: string, size = 320): Promise<HttpResponse> => system.call('GET', `/movies/${movieId}/poster?size=${size}`);
/** As a worker would run it. */
const removeUnused = (subject: string): Promise<void> =>
  new RemoveUnusedPoster(
    system.api.get<Movies>(Movies, { strict: false }),
    system.api.get<PosterStorage>(PosterStorage, { strict: false }),
  ).run(subject);

describe('POST /movies/{id}/poster', () => {
  it.each(['png', 'jpeg', 'webp'] as const)('a %s is stored as WebP, 320 and 960 pixels wide', async (format) => {
    const movieId = await newMovie();
    const { status, body } = await upload(movieId, { bytes: await imageOf(400, 600)[format]().toBuffer(), type: 'text/plain' });
    expect(status).toBe(200);
    expect(body.poster).toEqual({
      small: `/api/v1/movies/${movieId}/poster?size=320`,
      large: `/api/v1/movies/${movieId}/poster?size=960`,
    });
    for (const width of [320, 960]) {
      const { status, headers } = await redirect(movieId, width);
      expect([status, headers.get('cache-control')]).toEqual([302, 'public, max-age=60']);
      expect(headers.get('location')).not.toContain('passwd');
      const image = await imageAt(headers.get('location'));
      expect(image.headers.get('content-type')).toBe('image/webp');
      expect(await sharp(Buffer.from(await image.arrayBuffer())).metadata()).toMatchObject({ format: 'webp', width, height: width * 1.5 });
    }
  });

  it('what follows the image in the file is not stored', async () => {
    const movieId = await newMovie();
    const polyglot = Buffer.concat([png, Buffer.from('<script>alert(1)</script>PK\u0003\u0004')]);
    const { status } = await upload(movieId, { bytes: polyglot });
    expect(status).toBe(200);
    const image = await imageAt((await redirect(movieId)).headers.get('location'));
    expect(Buffer.from(await image.arrayBuffer()).includes('<script>')).toBe(false);
  });

  it('files that are no poster are refused, each with its reason', async () => {
    const movieId = await newMovie();
    const jpeg = await imageOf(400, 600).jpeg().toBuffer();
    const bomb = await imageOf(10_000, 10_000).png().toBuffer();
    const header = await imageOf(1, 1).png().toBuffer();
    // The header of a PNG holds its width and height. With this one, its check sum is wrong as well.
    header.writeUInt32BE(30_000, 16);
    header.writeUInt32BE(30_000, 20);
    const refused: [string, Buffer | string, RegExp][] = [
      ['a bomb', bomb, /million pixels|too large/],
      ['30,000 pixels square', header, /damaged|pixels/],
      ['a line of pixels', await imageOf(2_000, 10).png().toBuffer(), /4 times/],
      ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', /neither/],
      ['a JPEG that was cut off', jpeg.subarray(0, jpeg.length / 2), /damaged/],
      ['a PNG that was cut off', png.subarray(0, 60), /damaged/],
      ['an empty file', '', /empty/],
      ['text', 'hello', /neither/],
    ];
    for (const [what, bytes, detail] of refused) {
      const { status, body } = await upload(movieId, { bytes });
      expect([what, status, body.code]).toEqual([what, 422, 'movies.poster-refused']);
      expect(body.detail).toMatch(detail);
    }
    expect(await posterIdOf(movieId)).toBeNull();
    expect(await jobsOf(movieId)).toEqual([]);
  });

  it('a body that is not one file is refused', async () => {
    const movieId = await newMovie();
    const path = `/movies/${movieId}/poster`;
    const faultOf = ({ status, body }: HttpResponse): unknown => [status, body.code, body.errors?.[0]?.rule];
    expect(faultOf(await upload(movieId, { bytes: png }, { bytes: png }))).toEqual([400, 'http.invalid-input', 'repeated']);
    expect(faultOf(await upload(movieId, { bytes: png, name: 'image' }))).toEqual([400, 'http.invalid-input', 'unknownField']);
    expect(faultOf(await system.call('POST', path, { token }))).toEqual([400, 'http.invalid-input', 'required']);
    const { body, headers } = formOf({ bytes: png });
    const cutOff = { token, headers, body: body.subarray(0, body.length - 40) };
    expect(faultOf(await system.call('POST', path, cutOff))).toEqual([400, 'http.invalid-input', 'multipart']);
    expect((await system.call('POST', path, { token, body: { poster: 'x' } })).status).toBe(415);
    expect((await system.call('POST', '/movies', { token, ...formOf({ bytes: png }) })).status).toBe(415);
  });

  it('a file of more than 5 MiB is refused with 413', async () => {
    const movieId = await newMovie();
    for (const size of [5 * MIB + 1, 6 * MIB]) {
      const { status, body } = await upload(movieId, { bytes: Buffer.alloc(size, 1) });
      expect([status, body.code]).toEqual([413, 'http.payload-too-large']);
    }
    expect((await system.call('POST', '/movies', { token, body: Buffer.alloc(1 * MIB, ' '), headers: JSON_TYPE })).status).toBe(413);
  });

  it('only an admin, and only for a movie that is there', async () => {
    const movieId = await newMovie();
    const customer = await system.registerCustomer();
    const form = formOf({ bytes: png });
    expect((await system.call('POST', `/movies/${movieId}/poster`, form)).status).toBe(401);
    expect((await system.call('POST', `/movies/${movieId}/poster`, { ...form, token: customer.token })).status).toBe(403);
    expect((await system.call('DELETE', `/movies/${movieId}/poster`, { token: customer.token })).status).toBe(403);
    expect((await upload('019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11', { bytes: png })).body.code).toBe('movies.movie-not-found');
  });

  it('two uploads at once leave one poster, and the other one is removed', async () => {
    const movieId = await newMovie();
    const answers = await Promise.all([upload(movieId, { bytes: png }), upload(movieId, { bytes: png })]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const [job, ...others] = await jobsOf(movieId);
    expect(others).toEqual([]);
    const unused = job!.subject.split('/')[1];
    expect(unused).not.toBe(await posterIdOf(movieId));
    const current = (await redirect(movieId)).headers.get('location')!;
    const replaced = current.replace((await posterIdOf(movieId))!, unused!);
    expect((await imageAt(replaced)).status).toBe(200);
    await removeUnused(job!.subject);
    expect([(await imageAt(replaced)).status, (await imageAt(current)).status]).toEqual([404, 200]);
  });

  it('a movie that is retired during an upload keeps the poster', async () => {
    const movieId = await newMovie();
    const [uploaded, retired] = await Promise.all([
      upload(movieId, { bytes: png }),
      system.call('DELETE', `/movies/${movieId}`, { token }),
    ]);
    expect([uploaded.status, retired.status]).toEqual([200, 200]);
    expect((await system.get(`/movies/${movieId}`)).body).toMatchObject({
      status: 'retired',
      poster: { small: expect.any(String) as string },
    });
  });

  it('a process that ends before the movie has the poster leaves nothing for ever', async () => {
    const movieId = await newMovie();
    const posterId = await system.api.get<PosterUploads>(PosterUploads, { strict: false }).store(movieId, png);
    const [job] = await jobsOf(movieId);
    expect(job?.subject).toBe(`${movieId}/${posterId}`);
    expect(job!.run_at!.getTime()).toBeGreaterThan(Date.now() + 30 * 60_000);
    const url = system.api.get<PosterStorage>(PosterStorage, { strict: false }).urlOf(`posters/${movieId}/${posterId}-320.webp`);
    expect((await imageAt(url)).status).toBe(200);
    await removeUnused(job!.subject);
    await removeUnused(job!.subject);
    expect((await imageAt(url)).status).toBe(404);
  });

  it('a late removal spares the poster that the movie has', async () => {
    const movieId = await newMovie();
    await upload(movieId, { bytes: png });
    await removeUnused(`${movieId}/${await posterIdOf(movieId)}`);
    expect((await imageAt((await redirect(movieId)).headers.get('location'))).status).toBe(200);
  });
});

describe('DELETE and GET /movies/{id}/poster', () => {
  it('a removed poster is gone, audited, and its images are due for removal', async () => {
    const movieId = await newMovie();
    await upload(movieId, { bytes: png });
    const posterId = await posterIdOf(movieId);
    const { status, body } = await system.call('DELETE', `/movies/${movieId}/poster`, { token });
    expect([status, body.poster]).toEqual([200, null]);
    expect((await redirect(movieId)).body.code).toBe('movies.no-poster');
    expect((await system.call('DELETE', `/movies/${movieId}/poster`, { token })).body.code).toBe('movies.no-poster');
    expect((await jobsOf(movieId)).map(({ subject }) => subject)).toEqual([`${movieId}/${posterId}`]);
    const entries = await system.sql<{ action: string; details: Json }>(
      `SELECT action, details FROM platform.audit_trail WHERE subject = $1 AND action LIKE '%poster' ORDER BY id`,
      [movieId],
    );
    expect(entries).toEqual([
      { action: 'movies.set-poster', details: { posterId } },
      { action: 'movies.remove-poster', details: { posterId } },
    ]);
  });

  it('a client that has the poster is answered with 304', async () => {
    const movieId = await newMovie();
    await upload(movieId, { bytes: png });
    const etag = (await redirect(movieId)).headers.get('etag')!;
    const again = () => system.call('GET', `/movies/${movieId}/poster?size=320`, { headers: { 'if-none-match': etag } });
    expect((await again()).status).toBe(304);
    await upload(movieId, { bytes: png });
    expect((await again()).status).toBe(302);
    expect((await system.call('GET', `/movies/${movieId}/poster?size=640`)).status).toBe(400);
  });
});

const JSON_TYPE = { 'content-type': 'application/json' };

describe('A storage that fails', () => {
  let away: Server;
  let cutOff: InProcessSystem;
  beforeAll(async () => {
    away = createServer((_request, response) => response.writeHead(500).end());
    await new Promise<void>((resolve) => away.listen(0, '127.0.0.1', resolve));
    const { port } = away.address() as AddressInfo;
    cutOff = await startInProcessSystem({ worker: false, env: { S3_ENDPOINT: `http://127.0.0.1:${port}` } });
  });
  afterAll(async () => {
    await cutOff?.close();
    away?.close();
  });

  it('an upload is answered with 503, no poster is kept, and the process is ready', async () => {
    const own = await cutOff.adminToken();
    const { id } = await cutOff.expectOk('POST', '/movies', { token: own, body: movieRequest() });
    const answer = await cutOff.call('POST', `/movies/${id}/poster`, { token: own, ...formOf({ bytes: png }) });
    expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([503, 'movies.poster-storage-unavailable', '5']);
    expect(await cutOff.api.get<Movies>(Movies, { strict: false }).change(id as string, ({ state }) => state.posterId)).toBeNull();
    expect((await cutOff.call('GET', '//readyz')).status).toBe(200);
  });
});
