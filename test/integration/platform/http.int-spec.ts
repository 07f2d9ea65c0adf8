import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ApplicationConfig } from '@nestjs/core';
import type { HttpResponse } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { expectProblem, rawRequests } from './raw-http.js';

const ORIGIN = 'https://cinema.example';

let system: InProcessSystem;
const raw = rawRequests(() => system.url);
beforeAll(async () => {
  system = await startInProcessSystem({ worker: false, env: { CORS_ORIGINS: `${ORIGIN}, https://admin.example` } });
}, 60_000);
afterAll(() => system?.close());

describe('The request id', () => {
  it('the id of the client is used and returned, also with a refusal', async () => {
    for (const path of ['/movies', '/nowhere']) {
      const { headers } = await system.get(path, { headers: { 'x-request-id': 'checkout-42.a:b_c' } });
      expect(headers.get('x-request-id')).toBe('checkout-42.a:b_c');
    }
  });

  it('a new id is made where there is none, or where it could do harm', async () => {
    const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
    expect((await system.get('/movies')).headers.get('x-request-id')).toMatch(uuid);
    for (const bad of ['with space', 'a'.repeat(129), '<script>', 'é', '"', '']) {
      expect((await raw('GET', '/api/v1/movies', { 'x-request-id': bad })).headers.get('x-request-id')).toMatch(uuid);
    }
    expect((await raw('GET', '/api/v1/movies', { 'x-request-id': ['one', 'two'] })).headers.get('x-request-id')).toMatch(uuid);
  });

  it('the id is in every refusal and in every event of the request', async () => {
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

describe('Paths and methods', () => {
  it.each([
    ['GET', '/api/v1/nowhere'],
    ['GET', '/api/v1'],
    ['GET', '/api/v1/'],
    ['GET', '/api/v2/movies'],
    ['GET', '//api/v1/movies'],
    ['GET', '/api/v1//movies'],
    ['POST', '/nowhere'],
    ['PUT', '/api/v1/nowhere'],
    ['PROPFIND', '/api/v1/nowhere'],
    ['QUERY', '/api/v1/nowhere'],
    ['QUERY', '/'.repeat(3)],
    ['GET', '/.env'],
    ['GET', '/docs/..%2f..%2fpackage.json'],
    ['GET', '/redoc/..%2fpackage.json'],
    ['GET', '/api/v1/movies/%2e%2e/%2e%2e/etc/passwd'],
  ])('%s %s is answered with 404', async (method, path) => {
    expectProblem(await raw(method, path), 404, 'http.not-found');
  });

  it('the page at / tells name, version, readiness and documents, and loads nothing', async () => {
    const page = await system.get<string>('//');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(page.body).toMatch(/<h1>Movie reservation<\/h1>\n<p>Version \d+\.\d+\.\d+\. Ready \(database: up, broker: up\)/);
    expect(page.body).not.toMatch(/<script|src=|https?:|Demo/);
    for (const [, path] of page.body.matchAll(/href="([^"]+)"/g))
      expect([path, (await system.get(`/${path}`)).status]).toEqual([path, 200]);
  });

  it.each([
    ['POST', '/', 'GET, HEAD'],
    ['PUT', '/api/v1/movies', 'GET, HEAD, POST'],
    ['DELETE', '/api/v1/movies/', 'GET, HEAD, POST'],
    ['TRACE', '/api/v1/movies', 'GET, HEAD, POST'],
    ['OPTIONS', '/api/v1/movies', 'GET, HEAD, POST'],
    ['GET', '/api/v1/auth/login', 'POST'],
    ['POST', '/api/v1/movies/01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11', 'GET, HEAD, PATCH, DELETE'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['QUERY', '/api/v1/movies?q=a', 'GET, HEAD, POST'],
    ['PROPFIND', '/', 'GET, HEAD'],
    ['PROPFIND', '/api/v1/movies/01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11/', 'GET, HEAD, PATCH, DELETE'],
    ['M-SEARCH', '/api/v1/showtimes/import', 'POST'],
  ])('%s %s is answered with 405 and the methods of the path', async (method, path, allowed) => {
    const refused = await raw(method, path, { origin: ORIGIN });
    expectProblem(refused, 405, 'http.method-not-allowed');
    expect(refused.headers.get('allow')).toBe(allowed);
    expect(refused.headers.get('access-control-allow-origin')).toBe(ORIGIN);
  });

  it.each(['/api/v1/movies/%ff', '/api/v1/movies/%', '/api/v1/movies/%zz', '/api/v1/%c0%af', '/%ff', '/api/v1/showtimes/%E0%A4%A'])(
    'GET %s is answered with 400',
    async (path) => {
      const refused = await raw('GET', path, { origin: ORIGIN });
      expectProblem(refused, 400, 'http.bad-request');
      expect(refused.headers.get('access-control-allow-origin')).toBe(ORIGIN);
      expect(refused.headers.get('vary')).toBe('Origin');
      expect((await raw('GET', path, { origin: 'https://evil.example' })).headers.get('access-control-allow-origin')).toBeNull();
    },
  );

  it('a path with .. is refused', async () => {
    expectProblem(await raw('GET', '/docs/../package.json'), 404, 'http.not-found');
  });

  it.each(['FOO /api/v1/movies', 'get /api/v1/movies', 'CONNECT cinema.example:443'])('%s is answered with 400', async (line) => {
    const { hostname, port } = new URL(system.url);
    const socket = connect(Number(port), hostname);
    socket.end(`${line} HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect(await text(socket)).toMatch(/^HTTP\/1.1 400 [^]*application\/problem\+json[^]*"http.bad-request"/);
  });

  it.each(['q=%ff', 'q=%E9', 'q=%', '%', 'limit=%zz', 'q=%00', 'cursor=%ff', '%E9=1', 'q=%c0%af', 'q=%ed%a0%80'])(
    'the query %s is refused with 400',
    async (query) => {
      const refused = await raw('GET', `/api/v1/movies?${query}`, { origin: ORIGIN });
      expectProblem(refused, 400, 'http.invalid-input');
      expect(refused.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    },
  );

  it('a query of odd form is answered, and one in UTF-8 is read', async () => {
    for (const query of ['&&&', '=', 'q']) expect([200, 400]).toContain((await raw('GET', `/api/v1/movies?${query}`)).status);
    for (const query of ['q=caf%C3%A9', 'q=a+b%25', 'q=%F0%9F%8E%AC'])
      expect((await raw('GET', `/api/v1/movies?${query}`)).status).toBe(200);
  });

  it('a trailing slash is ignored', async () => {
    expect((await raw('GET', '/api/v1/movies/')).status).toBe(200);
  });

  it('an id that is no UUID is refused, also a very long one', async () => {
    expectProblem(await raw('GET', '/api/v1/movies/1'), 400, 'http.invalid-input');
    expect([400, 404, 414]).toContain((await raw('GET', `/api/v1/movies/${'a'.repeat(200)}`)).status);
    expect([400, 404, 414]).toContain((await raw('GET', `/api/v1/movies/${'a'.repeat(10_000)}`)).status);
  });

  it('a long query is answered, and too long headers are refused', async () => {
    expect([200, 400]).toContain((await raw('GET', `/api/v1/movies?q=${'a'.repeat(8_000)}`)).status);
    const tooLong = await raw('GET', '/api/v1/movies', { 'x-long': 'a'.repeat(20_000) });
    expectProblem(tooLong, 431, 'http.request-header-fields-too-large');
    expect(tooLong.headers.get('connection')).toBe('close');
    expectProblem(await raw('GET', `/api/v1/movies?q=${'a'.repeat(20_000)}`), 431, 'http.request-header-fields-too-large');
  });

  it('bytes that are no HTTP are refused, and the next request is served', async () => {
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

  it('a request of HTTP/1.1 without one Host is refused with a problem', async () => {
    const { hostname, port } = new URL(system.url);
    const sent = async (head: string): Promise<string> => {
      const socket = connect(Number(port), hostname);
      socket.write(`GET /api/v1/genres ${head}\r\nConnection: close\r\n\r\n`);
      return text(socket);
    };
    for (const head of ['HTTP/1.1', 'HTTP/1.1\r\nHost: a\r\nHOST: b']) {
      const refused = await sent(head);
      expect(refused).toMatch(/^HTTP\/1\.1 400 /);
      expect(refused).toMatch(/x-request-id: /i);
      expect(refused).toMatch(/"header":"Host","rule":"once"/);
    }
    for (const head of ['HTTP/1.1\r\nHost: a', 'HTTP/1.0']) expect(await sent(head)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('an expectation that nobody here meets is ignored', async () => {
    expect((await raw('GET', '/api/v1/genres', { expect: 'nothing' })).status).toBe(200);
    const login = { expect: '100-continue', 'content-type': 'application/json', 'content-length': '2' };
    expectProblem(await raw('POST', '/api/v1/auth/login', login, '{}'), 400, 'http.invalid-input');
  });

  it('HEAD is answered like GET without a body', async () => {
    const head = await raw('HEAD', '/api/v1/movies');
    expect(head).toMatchObject({ status: 200, body: '' });
    expect((await raw('HEAD', '/api/v1/nowhere')).status).toBe(404);
  });
});

describe('Browsers', () => {
  it('every answer has security headers', async () => {
    for (const path of ['/movies', '/nowhere', '//healthz']) {
      const { headers } = await system.get(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('server')).toBeNull();
    }
  });

  it.each([
    ['//', /^default-src 'none'/],
    ['//docs', /^default-src 'self';.*script-src 'self'/],
  ])('the page %s has the headers of pages', async (path, policy) => {
    const { headers } = await system.get(path);
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('content-security-policy')).toMatch(policy);
    expect(headers.get('strict-transport-security')).toBeNull();
  });

  const preflight = (origin: string): Promise<HttpResponse> =>
    raw('OPTIONS', '/api/v1/reservations', {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,idempotency-key',
    });

  it('a listed origin may call the API and read its headers', async () => {
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

  it('an origin that is not listed is not allowed', async () => {
    for (const origin of ['https://evil.example', 'null', `${ORIGIN}.evil.example`, 'http://cinema.example']) {
      expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBeNull();
      expect((await system.get('/movies', { headers: { origin } })).headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});

describe('The type of a problem', () => {
  it('resolved against the address of the request, it is the page of the code', async () => {
    const refusals = [
      ['GET', '/api/v1/nowhere'],
      ['GET', '/api/v1/reservations'],
      ['DELETE', '/api/v1/movies'],
      ['GET', '/api/v1/movies?limit=0'],
      ['GET', '/api/v1/movies/%E9'],
    ] as const;
    for (const [method, path] of refusals) {
      const url = `${system.url}${path}`;
      const { type, code } = (await (await fetch(url, { method })).json()) as { type: string; code: string };
      const page = await fetch(new URL(type, url), { headers: { accept: 'application/json' } });
      expect([path, page.status, await page.json()]).toMatchObject([path, 200, { type, code }]);
    }
  });
});

describe('The application', () => {
  it('the application has no interceptor that every request would pay for', () => {
    const config = Reflect.get(system.api, 'config') as ApplicationConfig;
    expect([...config.getGlobalInterceptors(), ...config.getGlobalRequestInterceptors()]).toEqual([]);
  });
});
