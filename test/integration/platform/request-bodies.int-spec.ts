import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { expectProblem, rawRequests } from './raw-http.js';

const KIB = 1024;

let system: InProcessSystem;
const raw = rawRequests(() => system.url);
beforeAll(async () => {
  system = await startInProcessSystem({ worker: false });
}, 60_000);
afterAll(() => system?.close());

describe('Request bodies', () => {
  const json = { 'content-type': 'application/json' };
  const login = '/api/v1/auth/login';
  const padded = (bytes: number): string =>
    JSON.stringify({ email: 'a@b.example', password: 'x'.repeat(bytes) })
      .padEnd(bytes)
      .slice(0, bytes);

  it('JSON above 16 KiB is refused with the limit, and JSON just below is read', async () => {
    for (const kib of [17, 100, 300]) {
      const refused = await raw('POST', login, json, padded(kib * KIB));
      expectProblem(refused, 413, 'http.payload-too-large');
      expect(refused.body.detail).toMatch(/at most 16 KiB/);
      expectProblem(
        await raw('POST', login, { ...json, 'transfer-encoding': 'chunked' }, padded(kib * KIB)),
        413,
        'http.payload-too-large',
      );
    }
    const fits = `{"email":"a@b.example","password":"${'x'.repeat(15 * KIB)}"}`;
    expectProblem(await raw('POST', login, json, fits), 400, 'http.invalid-input');
  });

  it('a route with long texts takes larger bodies', async () => {
    const headers = { ...json, authorization: `Bearer ${await system.adminToken()}` };
    const movie = { title: 'Long', description: '🎬'.repeat(5_000), runtimeMinutes: 90 };
    expect((await raw('POST', '/api/v1/movies', headers, JSON.stringify(movie))).status).toBe(201);
    expectProblem(await raw('POST', '/api/v1/movies', headers, padded(65 * KIB)), 413, 'http.payload-too-large');
  });

  it('an empty body of any media type is ignored where none is expected', async () => {
    const { token } = await system.registerCustomer();
    const path = '/api/v1/reservations/01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11';
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
      const headers = { 'content-type': type, authorization: `Bearer ${token}` };
      expect((await raw('DELETE', path, headers)).status).toBe(404);
      expect((await raw('POST', `${path}/extend`, { ...headers, 'content-length': '0' })).status).toBe(404);
    }
  });

  it('an empty chunked body of any media type, or of none, is ignored', async () => {
    const { token } = await system.registerCustomer();
    const path = '/api/v1/reservations/01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11/extend';
    const chunked = { authorization: `Bearer ${token}`, 'transfer-encoding': 'chunked' };
    for (const type of [
      'application/json',
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      undefined,
    ]) {
      const headers = { ...chunked, ...(type === undefined ? {} : { 'content-type': type }) };
      expect([type, (await raw('POST', path, headers)).status]).toEqual([type, 404]);
    }
    // A route that needs a body says so.
    expectProblem(await raw('POST', login, { 'content-type': 'text/plain', 'transfer-encoding': 'chunked' }), 400, 'http.invalid-input');
  });

  it('a chunked body with bytes is read whole, and refused for its media type', async () => {
    const chunked = { 'transfer-encoding': 'chunked' };
    const body = `{"email":"a@b.example","password":"${'x'.repeat(100)}"}`;
    expectProblem(await raw('POST', login, { ...json, ...chunked }, body), 401, 'auth.bad-credentials');
    expectProblem(await raw('POST', login, { 'content-type': 'text/plain', ...chunked }, body), 415, 'http.unsupported-media-type');
  });

  it('bytes that are not UTF-8 are refused', async () => {
    const latin1 = Buffer.from('{"email":"a@b.example","password":"s\xe9curit\xe9"}', 'latin1');
    const refused = await system.post('/auth/login', latin1, { headers: json });
    expect(refused).toMatchObject({ status: 400, body: { code: 'http.invalid-input', errors: [{ pointer: '', rule: 'utf8' }] } });
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    for (const body of ['username=a%40b.example&password=s%E9curit%E9', Buffer.from('username=a&password=s\xe9', 'latin1')]) {
      expect(await system.post('/auth/access-token', body, { headers: form })).toMatchObject({ status: 400 });
    }
  });

  it('deep nesting is refused, also with an idempotency key', async () => {
    const { token } = await system.registerCustomer();
    for (const depth of [20, 4_000, 8_000]) {
      for (const body of ['['.repeat(depth) + ']'.repeat(depth), `{"seats":${'['.repeat(depth)}${']'.repeat(depth)}}`]) {
        const refused = await system.post('/reservations', body, { token, headers: { ...json, 'idempotency-key': `deep-${depth}` } });
        expect(refused).toMatchObject({ status: 400, body: { errors: [{ rule: 'depth' }] } });
      }
    }
    const beyond = `${'['.repeat(18_000)}${']'.repeat(18_000)}`;
    expect((await system.post('/reservations', beyond, { token, headers: { ...json, 'idempotency-key': 'deep' } })).status).toBe(413);
    expect((await system.get(`/movies?q=${'['.repeat(3_000)}&q[a][b][c]=1`)).status).toBe(400);
  });

  it('a webhook above 256 KiB is refused, and one below is accepted', async () => {
    expectProblem(await raw('POST', '/api/v1/webhooks/stripe', json, 'x'.repeat(300 * KIB)), 413, 'http.payload-too-large');
    expect((await raw('POST', '/api/v1/webhooks/stripe', json, 'x'.repeat(200 * KIB))).status).toBe(400);
  });

  it('malformed JSON is refused', async () => {
    for (const body of ['{', '{"a":}', 'hello', '\u0000', '[1,', '{"a":1}}', '\uFEFF{', "{'a':1}", 'NaN']) {
      expectProblem(await raw('POST', login, json, body), 400, 'http.bad-request');
    }
  });

  it('JSON that is no object and an empty body are refused', async () => {
    for (const body of ['null', '1', '"text"', '[]', '[{}]', 'true'])
      expectProblem(await raw('POST', login, json, body), 400, 'http.invalid-input');
    expect((await raw('POST', login, json, '')).status).toBe(400);
    expect((await raw('POST', login, {}, '')).status).toBe(400);
    expect((await raw('POST', login, { 'content-length': '0' }, '')).status).toBe(400);
  });

  it('keys that would change a prototype are refused', async () => {
    for (const body of ['{"__proto__":{"role":"admin"}}', '{"constructor":{"prototype":{"role":"admin"}}}']) {
      expect((await raw('POST', login, json, body)).status).toBe(400);
    }
    expect(({} as { role?: string }).role).toBeUndefined();
  });

  it('other media types are refused', async () => {
    for (const type of [
      'text/plain',
      'application/xml',
      'application/jsonp',
      'text/html; charset=utf-8',
      'nonsense',
      'application/json, text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      expectProblem(await raw('POST', login, { 'content-type': type }, '{}'), 415, 'http.unsupported-media-type');
    }
  });

  it('a form is taken where it is asked for, JSON is not', async () => {
    expectProblem(await raw('POST', '/api/v1/auth/access-token', json, '{"username":"a"}'), 415, 'http.unsupported-media-type');
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await raw('POST', '/api/v1/auth/access-token', form, 'username=a&username=b&password=c')).status).toBe(400);
    const wrong = await raw('POST', '/api/v1/auth/access-token', form, 'username=a%40b.example&password=wrong+one');
    expect(wrong).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('a compressed body is refused', async () => {
    const compressed = await raw('POST', login, { ...json, 'content-encoding': 'gzip' }, '{"email":"a@b.example","password":"12345678"}');
    expectProblem(compressed, 415, 'http.unsupported-media-type');
  });
});
