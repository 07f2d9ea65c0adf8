import { randomUUID } from 'node:crypto';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

const ORIGIN = 'https://cinema.example';
const EXPOSED = ['Link', 'RateLimit', 'RateLimit-Policy', 'Deprecation', 'Sunset', 'Retry-After', 'ETag', 'Location'];
const GENRES = ['Animation', 'Comedy', 'Drama', 'Horror', 'Western'];

let system: InProcessSystem;
beforeAll(async () => {
  system = await startInProcessSystem({
    worker: false,
    env: { CORS_ORIGINS: ORIGIN, HOLD_PER_ACCOUNT_PER_MINUTE: '2', LOGIN_PER_ADDRESS_PER_MINUTE: '100' },
  });
  const token = await system.adminToken();
  for (const name of GENRES) await system.expectOk('POST', '/genres', { token, body: { name } });
}, 60_000);
afterAll(() => system?.close());

describe('Link', () => {
  /** Returns the address of the next page, relative to `/api/v1`. */
  const nextOf = (headers: Headers): string | null => /^<\/api\/v1([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1] ?? null;

  it('following rel="next" shows every item of a list once', async () => {
    const names: string[] = [];
    for (let path: string | null = '/genres?limit=2'; path !== null;) {
      const { status, headers, body } = await system.get(path);
      expect(status).toBe(200);
      names.push(...(body.data as { name: string }[]).map(({ name }) => name));
      path = nextOf(headers);
    }
    expect(names).toEqual(GENRES);
  });

  it('filters stay in the link, and the cursor is the one of the body', async () => {
    const { headers, body } = await system.get('/genres?limit=2&cursor=');
    expect(headers.get('link')).toBeNull();
    expect(body).toMatchObject({ status: 400 });
    const first = await system.get('/genres?limit=4');
    expect(first.headers.get('link')).toBe(`</api/v1/genres?limit=4&cursor=${first.body.page.nextCursor}>; rel="next"`);
  });

  it('the last page and an answer that is no list have no Link', async () => {
    expect((await system.get('/genres')).headers.get('link')).toBeNull();
    expect((await system.get('/genres?limit=101')).headers.get('link')).toBeNull();
  });

  it('HEAD and a page that did not change carry it too', async () => {
    const { headers } = await system.get('/genres?limit=2');
    expect((await system.call('HEAD', '/genres?limit=2')).headers.get('link')).toBe(headers.get('link'));
    const unchanged = await system.get('/genres?limit=2', { headers: { 'if-none-match': headers.get('etag')! } });
    expect([unchanged.status, unchanged.headers.get('link')]).toEqual([304, headers.get('link')]);
  });
});

describe('RateLimit', () => {
  it('what is left is counted down, and 429 says when to come back', async () => {
    const customer = await system.registerCustomer();
    const hold = () => system.hold(customer, randomUUID(), ['A1']);
    const answers = [await hold(), await hold(), await hold()];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 429]);
    expect(answers.map(({ headers }) => headers.get('ratelimit-policy'))).toEqual(answers.map(() => '"holdPerAccount";q=2;w=60'));
    const left = answers.map(({ headers }) => /^"holdPerAccount";r=(\d+);t=(\d+)$/.exec(headers.get('ratelimit')!)!.slice(1).map(Number));
    expect(left.map(([remaining]) => remaining)).toEqual([1, 0, 0]);
    for (const [, seconds] of left) expect(seconds! >= 1 && seconds! <= 60).toBe(true);
    expect(answers[2]!.headers.get('retry-after')).toBe(String(left[2]![1]));
  });

  it('a login tells the limit of the address, and not that of the account', async () => {
    const { headers } = await system.post('/auth/login', { email: 'somebody@example.org', password: 'a guess of it' });
    expect(headers.get('ratelimit-policy')).toBe('"loginPerAddress";q=100;w=60');
  });

  it('a route without a limit, and one whose limit is switched off, have none', async () => {
    const registered = await system.post('/auth/register', {});
    for (const { headers } of [await system.get('/genres'), registered]) expect(headers.get('ratelimit')).toBeNull();
  });
});

describe('Deprecation and Sunset', () => {
  it('an old path says since when, until when and what takes its place', async () => {
    const { status, headers } = await system.get('/admin/webhooks', { token: await system.adminToken() });
    expect(status).toBe(200);
    expect(headers.get('deprecation')).toBe(`@${Date.UTC(2026, 10, 26) / 1_000}`);
    expect(headers.get('sunset')).toBe('Fri, 26 Nov 2027 00:00:00 GMT');
    expect(headers.get('link')).toBe('</api/v1/admin/stripe-events>; rel="successor-version"');
  });

  it('a refusal on an old path says it too, with the id of the request in its place', async () => {
    const { status, headers } = await system.post('/admin/webhooks/evt_1%2F2/replay', undefined);
    expect(status).toBe(401);
    expect(headers.get('deprecation')).toMatch(/^@\d+$/);
    expect(headers.get('link')).toBe('</api/v1/admin/stripe-events/evt_1%2F2/replay>; rel="successor-version"');
  });

  it('the new path says nothing', async () => {
    const { headers } = await system.get('/admin/stripe-events', { token: await system.adminToken() });
    expect([headers.get('deprecation'), headers.get('sunset')]).toEqual([null, null]);
  });
});

it('a browser of a listed origin may read these fields', async () => {
  const { headers } = await system.get('/genres', { headers: { origin: ORIGIN } });
  const exposed = headers.get('access-control-expose-headers')!.split(', ');
  expect(EXPOSED.filter((name) => !exposed.includes(name))).toEqual([]);
});
