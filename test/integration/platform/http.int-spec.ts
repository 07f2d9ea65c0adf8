import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { HttpResponse } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

const KIB = 1024;
const ORIGIN = 'https://cinema.example';

describe('The HTTP door', () => {
  let system: InProcessSystem;

  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false, env: { CORS_ORIGINS: `${ORIGIN}, https://admin.example` } });
  }, 60_000);
  afterAll(() => system.close());

  /** As it is given: no client corrects path, method or headers. */
  async function raw(method: string, path: string, headers: Record<string, string | string[]> = {}, body = ''): Promise<HttpResponse> {
    const { hostname, port } = new URL(system.url);
    return new Promise((resolve, reject) => {
      const out = request({ hostname, port, method, path, headers, setHost: true }, (response) => {
        text(response).then((content) => {
          const isJson = /json/.test(response.headers['content-type'] ?? '');
          resolve({
            status: response.statusCode!,
            headers: new Headers(Object.entries(response.headers).map(([name, value]) => [name, String(value)])),
            body: isJson && content !== '' ? JSON.parse(content) : content,
          });
        }, reject);
      });
      out.on('error', reject);
      out.end(body);
    });
  }

  function expectProblem(answer: HttpResponse, status: number, code: string): void {
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer).toMatchObject({ status, body: { status, code, type: `urn:problem:${code}` } });
    for (const name of ['title', 'detail', 'instance', 'requestId']) expect(typeof answer.body[name]).toBe('string');
    expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'));
    expect(JSON.stringify(answer.body)).not.toMatch(/ at .*\.[jt]s|node_modules|SELECT |INSERT /);
  }

  describe('gives every request an id', () => {
    it('takes the client’s own and echoes it, on refusals as well', async () => {
      for (const path of ['/movies', '/nowhere']) {
        const { headers } = await system.get(path, { headers: { 'x-request-id': 'checkout-42.a:b_c' } });
        expect(headers.get('x-request-id')).toBe('checkout-42.a:b_c');
      }
    });

    it('makes one where there is none, or where the given one could do harm', async () => {
      const made = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
      expect((await system.get('/movies')).headers.get('x-request-id')).toMatch(made);
      for (const bad of ['with space', 'a'.repeat(129), '<script>', 'é', '"', '']) {
        expect((await raw('GET', '/api/v1/movies', { 'x-request-id': bad })).headers.get('x-request-id')).toMatch(made);
      }
      expect((await raw('GET', '/api/v1/movies', { 'x-request-id': ['one', 'two'] })).headers.get('x-request-id')).toMatch(made);
    });

    it('puts it into every refusal and onto every event that follows from the request', async () => {
      const refused = await system.get('/reservations', { headers: { 'x-request-id': 'who-is-it' } });
      expect(refused).toMatchObject({ status: 401, body: { requestId: 'who-is-it' } });
      const token = await system.adminToken();
      const body = { name: 'Rialto', timeZone: 'Europe/Berlin', currency: 'EUR' };
      const { body: theatre } = await system.post('/theatres', body, { token, headers: { 'x-request-id': 'opening-night' } });
      expect(await system.sql('SELECT correlation_id FROM messaging.outbox WHERE subject = $1', [theatre.id])).toEqual([
        { correlation_id: 'opening-night' },
      ]);
    });
  });

  describe('takes bodies of a known kind and size', () => {
    const json = { 'content-type': 'application/json' };
    const login = '/api/v1/auth/login';
    const padded = (bytes: number): string =>
      JSON.stringify({ email: 'a@b.example', password: 'x'.repeat(bytes) })
        .padEnd(bytes)
        .slice(0, bytes);

    it('refuses JSON beyond 100 KiB, and takes what is just below', async () => {
      expectProblem(await raw('POST', login, json, padded(101 * KIB)), 413, 'http.payload-too-large');
      expectProblem(await raw('POST', login, json, padded(300 * KIB)), 413, 'http.payload-too-large');
      const fits = `{"email":"a@b.example","password":"${'x'.repeat(99 * KIB)}"}`;
      expectProblem(await raw('POST', login, json, fits), 400, 'http.invalid-input');
    });

    it('takes webhooks up to 256 KiB, and refuses larger ones', async () => {
      expectProblem(await raw('POST', '/api/v1/webhooks/stripe', json, 'x'.repeat(300 * KIB)), 413, 'http.payload-too-large');
      expect((await raw('POST', '/api/v1/webhooks/stripe', json, 'x'.repeat(200 * KIB))).status).toBe(400);
    });

    it('refuses what is not JSON, though it says so', async () => {
      for (const body of ['{', '{"a":}', 'hello', '\u0000', '[1,', '{"a":1}}', '\uFEFF{', "{'a':1}", 'NaN']) {
        expectProblem(await raw('POST', login, json, body), 400, 'http.bad-request');
      }
    });

    it('refuses JSON that is no object, and an empty body, where an object is wanted', async () => {
      for (const body of ['null', '1', '"text"', '[]', '[{}]', 'true'])
        expectProblem(await raw('POST', login, json, body), 400, 'http.invalid-input');
      expect((await raw('POST', login, json, '')).status).toBe(400);
      expect((await raw('POST', login, {}, '')).status).toBe(400);
      expect((await raw('POST', login, { 'content-length': '0' }, '')).status).toBe(400);
    });

    it('refuses keys that would reach for a prototype', async () => {
      for (const body of ['{"__proto__":{"role":"admin"}}', '{"constructor":{"prototype":{"role":"admin"}}}']) {
        expect((await raw('POST', login, json, body)).status).toBe(400);
      }
      expect(({} as { role?: string }).role).toBeUndefined();
    });

    it('refuses media types nobody asked for', async () => {
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

    it('refuses a compressed body instead of misreading it', async () => {
      const compressed = await raw('POST', login, { ...json, 'content-encoding': 'gzip' }, '{"email":"a@b.example","password":"12345678"}');
      expectProblem(compressed, 415, 'http.unsupported-media-type');
    });
  });

  describe('answers whatever path and method it is asked for', () => {
    it.each([
      ['GET', '/api/v1/nowhere'],
      ['GET', '/'],
      ['GET', '/api/v1'],
      ['GET', '/api/v1/'],
      ['GET', '/api/v2/movies'],
      ['GET', '//'],
      ['GET', '//api/v1/movies'],
      ['GET', '/api/v1//movies'],
      ['POST', '/nowhere'],
      ['PUT', '/api/v1/movies'],
      ['DELETE', '/api/v1/movies'],
      ['PROPFIND', '/api/v1/movies'],
      ['TRACE', '/api/v1/movies'],
      ['GET', '/.env'],
      ['GET', '/docs/..%2f..%2fpackage.json'],
      ['GET', '/redoc/..%2fpackage.json'],
      ['GET', '/api/v1/movies/%2e%2e/%2e%2e/etc/passwd'],
    ])('%s %s: there is no such thing', async (method, path) => {
      expectProblem(await raw(method, path), 404, 'http.not-found');
    });

    it.each(['/api/v1/movies/%ff', '/api/v1/movies/%', '/api/v1/movies/%zz', '/api/v1/%c0%af', '/%ff', '/api/v1/showtimes/%E0%A4%A'])(
      'GET %s: not a path at all',
      async (path) => {
        expectProblem(await raw('GET', path), 400, 'http.bad-request');
      },
    );

    it('refuses a method nobody knows, and paths that climb', async () => {
      expectProblem(await raw('QUERY', '/api/v1/movies'), 400, 'http.bad-request');
      expectProblem(await raw('GET', '/docs/../package.json'), 403, 'http.forbidden');
    });

    it('takes a query that is not well encoded for what it says, or refuses it', async () => {
      for (const query of ['q=%ff', 'q=%', '%', '&&&', '=', 'q', 'limit=%zz', 'q=%00', 'cursor=%ff']) {
        const { status } = await raw('GET', `/api/v1/movies?${query}`);
        expect([200, 400]).toContain(status);
      }
    });

    it('finds a route with a slash behind it', async () => {
      expect((await raw('GET', '/api/v1/movies/')).status).toBe(200);
    });

    it('refuses an id that is none, however long', async () => {
      expectProblem(await raw('GET', '/api/v1/movies/1'), 400, 'http.invalid-input');
      expect([400, 404, 414]).toContain((await raw('GET', `/api/v1/movies/${'a'.repeat(200)}`)).status);
      expect([400, 404, 414]).toContain((await raw('GET', `/api/v1/movies/${'a'.repeat(10_000)}`)).status);
    });

    it('answers a very long query, and refuses headers without end', async () => {
      expect([200, 400]).toContain((await raw('GET', `/api/v1/movies?q=${'a'.repeat(8_000)}`)).status);
      const tooLong = await raw('GET', '/api/v1/movies', { 'x-long': 'a'.repeat(20_000) });
      expectProblem(tooLong, 431, 'http.request-header-fields-too-large');
      expect(tooLong.headers.get('connection')).toBe('close');
      expectProblem(await raw('GET', `/api/v1/movies?q=${'a'.repeat(20_000)}`), 431, 'http.request-header-fields-too-large');
    });

    it('answers what is no HTTP with a refusal, and goes on', async () => {
      const { hostname, port } = new URL(system.url);
      for (const noise of [
        'GARBAGE\r\n\r\n',
        'GET / HTTP/9.9\r\n\r\n',
        '\x16\x03\x01\x02\x00\x01\x00',
        'GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n',
      ]) {
        const socket = connect(Number(port), hostname);
        socket.end(noise);
        const answer = await text(socket);
        expect(answer).toMatch(/^HTTP\/1\.1 (400|505)/);
        expect(answer).toMatch(/application\/problem\+json/);
      }
      expect((await system.get('/movies')).status).toBe(200);
    });

    it('answers HEAD like GET, without a body', async () => {
      const head = await raw('HEAD', '/api/v1/movies');
      expect(head).toMatchObject({ status: 200, body: '' });
      expect((await raw('HEAD', '/api/v1/nowhere')).status).toBe(404);
    });
  });

  describe('protects browsers', () => {
    it('sends security headers with every answer', async () => {
      for (const path of ['/movies', '/nowhere', '//healthz']) {
        const { headers } = await system.get(path);
        expect(headers.get('x-content-type-options')).toBe('nosniff');
        expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
        expect(headers.get('content-security-policy')).toMatch(/default-src 'self'/);
        expect(headers.get('x-powered-by')).toBeNull();
        expect(headers.get('server')).toBeNull();
      }
    });

    const preflight = (origin: string): Promise<HttpResponse> =>
      raw('OPTIONS', '/api/v1/reservations', {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,idempotency-key',
      });

    it('lets the pages of listed origins call the API, with what they need to read', async () => {
      const allowed = await preflight(ORIGIN);
      expect(allowed.status).toBe(204);
      expect(allowed.headers.get('access-control-allow-origin')).toBe(ORIGIN);
      expect(allowed.headers.get('access-control-allow-methods')).toMatch(/POST.*DELETE/);
      expect(allowed.headers.get('access-control-allow-headers')).toMatch(/idempotency-key/i);
      const { headers } = await system.get('/movies', { headers: { origin: ORIGIN } });
      expect(headers.get('access-control-allow-origin')).toBe(ORIGIN);
      expect(headers.get('access-control-expose-headers')).toMatch(/X-Request-Id/);
      expect(headers.get('vary')).toMatch(/Origin/i);
      const refused = await system.get('/reservations', { headers: { origin: ORIGIN } });
      expect(refused.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    });

    it('does not name other origins', async () => {
      for (const origin of ['https://evil.example', 'null', `${ORIGIN}.evil.example`, 'http://cinema.example']) {
        expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBeNull();
        expect((await system.get('/movies', { headers: { origin } })).headers.get('access-control-allow-origin')).toBeNull();
      }
    });
  });
});

describe('Health', () => {
  let system: InProcessSystem;

  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false, env: { AMQP_URL: 'amqp://127.0.0.1:1' } });
  }, 60_000);
  afterAll(() => system.close());

  it('no Express-style middleware runs before a request', () => {
    expect(system.api.getHttpAdapter().getInstance().hasPlugin('@fastify/middie')).toBe(false);
  });

  it('is ready although the broker is away, and says that it is', async () => {
    expect(await system.get('//readyz')).toMatchObject({
      status: 200,
      body: { status: 'ready', checks: { database: 'up', broker: 'down' } },
    });
  });

  it('is not ready while a migration is missing', async () => {
    await system.sql(`CREATE TABLE public.kept AS SELECT * FROM public.migrations`);
    await system.sql(`DELETE FROM public.migrations WHERE id = (SELECT max(id) FROM public.migrations)`);
    expect(await system.get('//readyz')).toMatchObject({
      status: 503,
      body: { status: 'not ready', checks: { database: '1 migrations missing' } },
    });
    await system.sql(`INSERT INTO public.migrations SELECT * FROM public.kept ON CONFLICT DO NOTHING`);
    expect((await system.get('//readyz')).status).toBe(200);
  });

  it('is asked without a token, and a bad one does not matter', async () => {
    expect((await system.get('//healthz', { token: 'nonsense' })).status).toBe(200);
    expect((await system.get('//readyz', { token: 'nonsense' })).status).toBe(200);
  });

  it('alive touches nothing: it answers without the database', async () => {
    await system.sql(`ALTER TABLE public.migrations RENAME TO gone`);
    expect(await system.get('//healthz')).toMatchObject({ status: 200, body: { status: 'alive' } });
    expect(await system.get('//readyz')).toMatchObject({
      status: 503,
      body: { checks: { database: expect.stringMatching(/^\d+ migrations missing$/) } },
    });
    await system.sql(`ALTER TABLE public.gone RENAME TO migrations`);
  });
});
