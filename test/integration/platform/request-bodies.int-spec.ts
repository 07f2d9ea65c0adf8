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

  it('JSON above 100 KiB is refused, and JSON just below is accepted', async () => {
    expectProblem(await raw('POST', login, json, padded(101 * KIB)), 413, 'http.payload-too-large');
    expectProblem(await raw('POST', login, json, padded(300 * KIB)), 413, 'http.payload-too-large');
    const fits = `{"email":"a@b.example","password":"${'x'.repeat(99 * KIB)}"}`;
    expectProblem(await raw('POST', login, json, fits), 400, 'http.invalid-input');
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
    ]) {
      expectProblem(await raw('POST', login, { 'content-type': type }, '{}'), 415, 'http.unsupported-media-type');
    }
  });

  it('a compressed body is refused', async () => {
    const compressed = await raw('POST', login, { ...json, 'content-encoding': 'gzip' }, '{"email":"a@b.example","password":"12345678"}');
    expectProblem(compressed, 415, 'http.unsupported-media-type');
  });
});
