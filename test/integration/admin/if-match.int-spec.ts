import { randomUUID } from 'node:crypto';
import sharp from 'sharp';
import type { HttpResponse, Json } from '../../support/http-client.js';
import { ShowtimesClient } from '../showtimes/showtimes-client.js';

let client: ShowtimesClient;
beforeAll(async () => {
  client = await ShowtimesClient.start();
}, 60_000);
afterAll(() => client?.close());

const read = (path: string): Promise<HttpResponse> => client.system.get(path, { token: client.token });
const etagOf = async (path: string): Promise<string> => (await read(path)).headers.get('etag')!;
const FORM = { 'content-type': 'multipart/form-data; boundary=limit' };
const send = (method: string, path: string, body?: Json, etag?: string): Promise<HttpResponse> => {
  const headers = { ...(Buffer.isBuffer(body) ? FORM : {}), ...(etag === undefined ? {} : { 'if-match': etag }) };
  return client.system.call(method, path, { token: client.token, body, headers });
};
const addGenre = (): Promise<Json> => client.system.expectOk('POST', '/genres', { token: client.token, body: { name: randomUUID() } });
const rename = (): Json => ({ name: randomUUID() });

interface Change {
  readonly path: string;
  readonly method: string;
  readonly target?: string;
  readonly body?: Json;
  /** What another admin does first. */
  readonly other: Json;
}

const CHANGES: Readonly<Record<string, () => Promise<Change>>> = {
  changeMovie: async () => ofMovie(await client.addMovie(), { method: 'PATCH', body: { title: randomUUID() } }),
  retireMovie: async () => ofMovie(await client.addMovie(), { method: 'DELETE' }),
  linkGenre: async () => {
    const [movie, genre] = [await client.addMovie(), await addGenre()];
    return { ...ofMovie(movie, { method: 'PUT' }), target: `/movies/${movie.id}/genres/${genre.id}` };
  },
  unlinkGenre: async () => {
    const genre = await addGenre();
    const movie = await client.addMovie({ genreIds: [genre.id] });
    return { ...ofMovie(movie, { method: 'DELETE' }), target: `/movies/${movie.id}/genres/${genre.id}` };
  },
  renameGenre: async () => ({ path: `/genres/${(await addGenre()).id}`, method: 'PATCH', body: rename(), other: rename() }),
  removeGenre: async () => ({ path: `/genres/${(await addGenre()).id}`, method: 'DELETE', other: rename() }),
  changeTheatre: async () => ({ path: `/theatres/${(await client.openTheatre()).id}`, method: 'PATCH', body: rename(), other: rename() }),
  changeRoom: async () => ({ path: `/rooms/${(await client.openRoom()).id}`, method: 'PATCH', body: rename(), other: rename() }),
  layOutSeats: async () => {
    const path = `/rooms/${(await client.openRoom()).id}`;
    return { path, target: `${path}/seat-plan`, method: 'PUT', body: { layout: ['ss'] }, other: rename() };
  },
  closeRoom: async () => ({ path: `/rooms/${(await client.openRoom()).id}`, method: 'DELETE', other: rename() }),
  changeShowtime: async () => ofShowtime(await client.createShowtime(), { method: 'PATCH', body: { prices: { standard: 900 } } }),
  changeWebhookEndpoint: () => ofWebhookEndpoint({ method: 'PATCH', body: { types: null } }),
  deleteWebhookEndpoint: () => ofWebhookEndpoint({ method: 'DELETE' }),
  rotateWebhookSecret: () => ofWebhookEndpoint({ method: 'POST' }, '/rotate-secret'),
  enableWebhookEndpoint: () => ofWebhookEndpoint({ method: 'POST' }, '/enable'),
  setPoster: async () => {
    const movie = await client.addMovie();
    return { ...ofMovie(movie, { method: 'POST' }), target: `/movies/${movie.id}/poster`, body: await posterForm() };
  },
  removePoster: async () => {
    const movie = await client.addMovie();
    const target = `/movies/${movie.id}/poster`;
    expect((await send('POST', target, await posterForm())).status).toBe(200);
    return { ...ofMovie(movie, { method: 'DELETE' }), target };
  },
  cancelShowtime: async () => ofShowtime(await client.createShowtime(), { method: 'DELETE' }),
};

/** A change of each operation with `dryRun` that a rule refuses before or after its row is locked. */
const REFUSED_DRY_RUNS: Readonly<Record<string, () => Promise<Change & { code: string }>>> = {
  changeMovie: async () => {
    const body = { genreIds: [randomUUID()] };
    return { ...ofMovie(await client.addMovie(), { method: 'PATCH', body }), code: 'movies.unknown-genres' };
  },
  retireMovie: async () => {
    const movie = await client.addMovie();
    await client.createShowtime({ movie });
    return { ...ofMovie(movie, { method: 'DELETE' }), code: 'movies.movie-has-showtimes' };
  },
  changeShowtime: async () => {
    const room = await client.openRoom();
    const before = await client.createShowtime({ room });
    const showtime = await client.createShowtime({ room, startsAt: await client.minutesAhead(48 * 60) });
    return { ...ofShowtime(showtime, { method: 'PATCH', body: { startsAt: before.startsAt } }), code: 'showtimes.overlap' };
  },
};

function ofMovie({ id }: Json, change: { method: string; body?: Json }): Change {
  return { path: `/movies/${id}`, ...change, other: { description: randomUUID() } };
}

async function posterForm(): Promise<Buffer> {
  const image = sharp({ create: { width: 40, height: 60, channels: 3, background: '#345' } });
  const head = '--limit\r\nContent-Disposition: form-data; name="poster"; filename="poster.png"\r\nContent-Type: image/png\r\n\r\n';
  return Buffer.concat([Buffer.from(head), await image.png().toBuffer(), Buffer.from('\r\n--limit--\r\n')]);
}

async function ofWebhookEndpoint(change: { method: string; body?: Json }, action = ''): Promise<Change> {
  const body = { url: 'https://shop.example/', types: null };
  const { id } = await client.system.expectOk('POST', '/admin/webhook-endpoints', { token: client.token, body });
  const path = `/admin/webhook-endpoints/${id}`;
  return { path, target: `${path}${action}`, ...change, other: { description: randomUUID() } };
}

function ofShowtime({ id }: Json, change: { method: string; body?: Json }): Change {
  return { path: `/showtimes/${id}`, ...change, other: { prices: { standard: 1_000 } } };
}

describe('If-Match', () => {
  it.each(Object.keys(CHANGES))('%s is refused with 412 after another change, and done with the tag of that', async (operation) => {
    const { path, target = path, method, body, other } = await CHANGES[operation]!();
    const first = await etagOf(path);
    const changed = await send('PATCH', path, other, first);
    expect(changed.status).toBe(200);
    const second = await etagOf(path);
    expect(changed.headers.get('etag')).toBe(second);
    const before = (await read(path)).body;
    expect(await send(method, target, body, first)).toMatchObject({ status: 412, body: { code: 'platform.resource-changed' } });
    expect((await read(path)).body).toEqual(before);
    const done = await send(method, target, body, `"other", ${second}`);
    expect(done.status).toBeLessThan(300);
    if (done.status === 200) expect(done.headers.get('etag')?.split('.')[0]).toBe((await etagOf(path)).split('.')[0]);
  });

  it('what is created has the tag for its first change, also in a replay', async () => {
    const { id: theatreId } = await client.openTheatre();
    const { id: roomId } = await client.openRoom();
    const { id: movieId } = await client.addMovie();
    const prices = { standard: 900, premium: 1_200 };
    const showtime = { movieId, roomId, startsAt: await client.minutesAhead(24 * 60), prices };
    const created: Readonly<Record<string, [body: Json, change: Json]>> = {
      '/movies': [{ title: randomUUID(), description: '', runtimeMinutes: 90 }, { title: randomUUID() }],
      '/genres': [rename(), rename()],
      '/theatres': [{ ...rename(), timeZone: 'UTC', currency: 'EUR' }, rename()],
      '/rooms': [{ ...rename(), seatPlan: { layout: ['ss'] } }, rename()],
      '/showtimes': [showtime, { prices: { standard: 800 } }],
      '/admin/webhook-endpoints': [{ url: 'https://shop.example/', types: null }, { description: 'a shop' }],
    };
    for (const [path, [body, change]] of Object.entries(created)) {
      const headers = path === '/admin/webhook-endpoints' ? undefined : { 'idempotency-key': randomUUID() };
      const create = () =>
        client.system.call('POST', path === '/rooms' ? `/theatres/${theatreId}/rooms` : path, { token: client.token, body, headers });
      const answer = await create();
      const tag = answer.headers.get('etag')!;
      if (headers !== undefined) {
        const repeated = await create();
        expect([path, repeated.headers.get('idempotent-replayed'), repeated.headers.get('etag')]).toEqual([path, 'true', tag]);
      }
      const target = `${path}/${answer.body.id}`;
      expect([path, answer.status, (await send('PATCH', target, change, tag)).status]).toEqual([path, 201, 200]);
      expect((await send('PATCH', target, change, tag)).status).toBe(412);
    }
    const { paths } = (await client.system.get('//docs/openapi.json')).body;
    const tagged = Object.entries<Json>(paths).filter(([, item]) => item.post?.responses['201']?.headers?.ETag !== undefined);
    const last = (path: string): string => path.split('/').at(-1)!;
    expect(tagged.map(([path]) => last(path)).sort()).toEqual(Object.keys(created).map(last).sort());
  });

  it('the routes that honour it are those that are tried here', async () => {
    const { paths } = (await client.system.get('//docs/openapi.json')).body;
    const operations = Object.values<Json>(paths).flatMap((item) => Object.values<Json>(item));
    const honouring = operations.filter(({ parameters = [] }) => parameters.some(({ name }: Json) => name === 'If-Match'));
    expect(honouring.map(({ operationId }) => operationId as string).sort()).toEqual(Object.keys(CHANGES).sort());
  });

  it('of two admins with one tag, one wins', async () => {
    const movie = await client.addMovie();
    const path = `/movies/${movie.id}`;
    const etag = await etagOf(path);
    const release = await client.openTransaction('SELECT 1 FROM movies.movies WHERE id = $1 FOR UPDATE', [movie.id]);
    const changes = ['one', 'other'].map((description) => send('PATCH', path, { description }, etag));
    await client.waitForLockWait('tuple');
    await release();
    const answers = await Promise.all(changes);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    const winner = answers.find(({ status }) => status === 200)!;
    expect((await client.system.get(path)).body).toEqual(winner.body);
    expect(await client.auditOf(movie.id)).toHaveLength(2);
  });

  it('seats that customers take do not change what an admin has read', async () => {
    const showtime = await client.createShowtime();
    const path = `/showtimes/${showtime.id}`;
    const etag = await etagOf(path);
    const { token } = await client.system.registerCustomer();
    await client.system.expectOk('POST', '/reservations', { token, body: { showtimeId: showtime.id, seats: ['A1'] } });
    expect(await etagOf(path)).not.toBe(etag);
    expect((await send('PATCH', path, { prices: { standard: 1_100 } }, etag)).status).toBe(200);
  });

  it('a dry run is refused as the change would be, and changes nothing', async () => {
    const showtime = await client.createShowtime();
    const path = `/showtimes/${showtime.id}`;
    const etag = await etagOf(path);
    expect((await send('DELETE', `${path}?dryRun=true`, undefined, etag)).body).toMatchObject({ dryRun: true, possible: true });
    expect(await etagOf(path)).toBe(etag);
    await client.change(showtime.id, { prices: { standard: 1_000 } });
    expect((await send('DELETE', `${path}?dryRun=true`, undefined, etag)).status).toBe(412);
  });

  it.each(Object.keys(REFUSED_DRY_RUNS))('a refused dry run of %s is 200 with the present tag, 412 with an old one', async (operation) => {
    const { path, target = path, method, body, other, code } = await REFUSED_DRY_RUNS[operation]!();
    const dryRun = `${target}?dryRun=true`;
    const first = await etagOf(path);
    expect(await send(method, dryRun, body, first)).toMatchObject({ status: 200, body: { possible: false, refusal: { code } } });
    expect(await etagOf(path)).toBe(first);
    expect((await send('PATCH', path, other, first)).status).toBe(200);
    for (const each of [dryRun, target])
      expect(await send(method, each, body, first)).toMatchObject({ status: 412, body: { code: 'platform.resource-changed' } });
    expect((await send(method, dryRun, body, await etagOf(path))).body).toMatchObject({ possible: false, refusal: { code } });
  });

  it('a dry run of a move to an unknown room is refused with the present tag', async () => {
    const showtime = await client.createShowtime();
    const path = `/showtimes/${showtime.id}`;
    const refused = await send('PATCH', `${path}?dryRun=true`, { roomId: randomUUID() }, await etagOf(path));
    expect(refused).toMatchObject({ status: 200, body: { possible: false, refusal: { code: 'showtimes.no-such-room' } } });
  });

  it('the routes with a dry run that honour it are those whose refusal is tried here', async () => {
    const { paths } = (await client.system.get('//docs/openapi.json')).body;
    const operations = Object.values<Json>(paths).flatMap((item) => Object.values<Json>(item));
    const takes = ({ parameters = [] }: Json, wanted: string): boolean => parameters.some(({ name }: Json) => name === wanted);
    const both = operations.filter((operation) => takes(operation, 'If-Match') && takes(operation, 'dryRun'));
    // A showtime that has started is not cancelled, but then no other admin can change it first.
    const tried = [...Object.keys(REFUSED_DRY_RUNS), 'cancelShowtime'].sort();
    expect(both.map(({ operationId }) => operationId as string).sort()).toEqual(tried);
  });

  it('* and no header take any version, a tag without one is 412, no tag at all 400', async () => {
    const movie = await client.addMovie();
    const path = `/movies/${movie.id}`;
    expect((await send('PATCH', path, { runtimeMinutes: 101 }, '*')).status).toBe(200);
    expect((await send('PATCH', path, { runtimeMinutes: 102 })).status).toBe(200);
    expect((await send('PATCH', path, { runtimeMinutes: 103 }, '"other"')).status).toBe(412);
    expect(await send('PATCH', path, { runtimeMinutes: 103 }, '3')).toMatchObject({
      status: 400,
      body: { errors: [{ header: 'If-Match' }] },
    });
    expect((await send('PATCH', `/movies/${randomUUID()}`, { runtimeMinutes: 103 }, await etagOf(path))).status).toBe(404);
  });
});

describe('GenreRenamed', () => {
  it('a renamed genre is published once, with its version', async () => {
    const genre = await addGenre();
    const name = randomUUID();
    await send('PATCH', `/genres/${genre.id}`, { name });
    await send('PATCH', `/genres/${genre.id}`, { name: ` ${name} ` });
    expect(await client.eventsOf(genre.id)).toEqual([
      { type: 'movies.genre-renamed.v1', sequence: 1, data: { genreId: genre.id, name, previousName: genre.name } },
    ]);
  });
});
