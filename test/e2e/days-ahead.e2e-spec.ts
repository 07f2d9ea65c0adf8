import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { type PostmanCollection, PostmanRunner } from '../openapi/postman.js';
import type { HttpClient, Json } from '../support/http-client.js';
import { useMultiProcessSystem } from '../support/multi-process-system.js';

const MONTH_MINUTES = 30 * 24 * 60;
const SEAT_PLAN = { layout: ['ssss', 'pppp'] };

/** A reader copies a body of the document as it is, whenever that is, and puts in ids alone. */
describe('Examples of the document that must lie ahead', () => {
  const system = useMultiProcessSystem({ apiProcesses: 1, broker: 'postgresql' });
  let api: HttpClient;
  let admin: { token: string };
  beforeAll(async () => {
    api = system.api;
    admin = { token: await api.adminToken() };
  });
  beforeEach(() => api.expectOk('DELETE', '//sandbox/clock'));

  const contentOf = async (path: string, method: string): Promise<Record<string, { example: Json }>> =>
    (await api.expectOk('GET', '//docs/openapi.json')).paths[`/api/v1${path}`][method].requestBody.content as never;

  /** As the examples name them, each at a room of its own. */
  async function addThingsOfExamples(room: string) {
    const ofName = (list: Json, name: string): Json => list.data.find((each: Json) => (each.title ?? each.name) === name);
    const add = (path: string, body: object) => api.expectOk('POST', path, { ...admin, body });
    const about = { title: 'Arrival', description: 'About words.', runtimeMinutes: 116 };
    const movie = ofName(await api.expectOk('GET', '/movies'), 'Arrival') ?? (await add('/movies', about));
    const theatre =
      ofName(await api.expectOk('GET', '/theatres'), 'Lichtburg') ??
      (await add('/theatres', { name: 'Lichtburg', timeZone: 'Europe/Berlin', currency: 'EUR' }));
    const { id: roomId } = await add(`/theatres/${theatre.id}/rooms`, { name: room, seatPlan: SEAT_PLAN });
    return { movieId: movie.id as string, roomId: roomId as string };
  }

  it.each([0, 1, 12])('showtimes are scheduled, changed and imported %i months from now', async (months) => {
    if (months > 0) await api.advanceClock({ minutes: months * MONTH_MINUTES });
    const ids = await addThingsOfExamples(`Screen ${months}`);
    const schedule = (await contentOf('/showtimes', 'post'))['application/json']!.example;
    const scheduled = await api.post('/showtimes', { ...schedule, ...ids }, admin);
    expect([scheduled.status, scheduled.body.errors]).toEqual([201, undefined]);
    const change = (await contentOf('/showtimes/{id}', 'patch'))['application/json']!.example;
    const changed = await api.patch(`/showtimes/${scheduled.body.id}`, { ...change, roomId: ids.roomId }, admin);
    expect([changed.status, changed.body.errors]).toEqual([200, undefined]);
    for (const [type, { example }] of Object.entries(await contentOf('/showtimes/import', 'post'))) {
      const text = (typeof example === 'string' ? example : JSON.stringify(example)).replaceAll('Room 1', `${type} ${months}`);
      await addThingsOfExamples(`${type} ${months}`);
      const headers = { 'content-type': type, authorization: `Bearer ${admin.token}` };
      const imported = await fetch(`${api.url}/api/v1/showtimes/import`, { method: 'POST', headers, body: text });
      expect([type, imported.status, await imported.text()]).toEqual([type, 200, expect.stringContaining('"added":1,')]);
    }
  });

  it('a client that has the document gets it again only when its examples change', async () => {
    const get = (etag = '') => fetch(`${api.url}/docs/openapi.json`, { headers: { 'if-none-match': etag } });
    const etag = (await get()).headers.get('etag')!;
    expect((await get(etag)).status).toBe(304);
    await api.advanceClock({ minutes: 12 * MONTH_MINUTES });
    expect((await get(etag)).status).toBe(200);
    await api.expectOk('DELETE', '//sandbox/clock');
    expect((await get(etag)).status).toBe(304);
  });

  it('the Postman collection schedules a showtime, and its day follows the year', async () => {
    const file = join(import.meta.dirname, '../../clients/postman/movie-reservation.postman_collection.json');
    const postman = new PostmanRunner(JSON.parse(readFileSync(file, 'utf8')) as PostmanCollection, api.url);
    const ids = await addThingsOfExamples('Postman');
    for (const [name, value] of Object.entries({ ...ids, accessToken: admin.token })) postman.variables.set(name, value);
    expect(await postman.send('scheduleShowtime')).toBe(201);
    vi.setSystemTime(new Date('2031-12-20T12:00:00Z'));
    await postman.send('listShowtimes').finally(() => vi.useRealTimers());
    expect(postman.variables.get('yearAhead')).toBe('2032');
  });
});
