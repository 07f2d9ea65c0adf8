import {
  createCinemaClient,
  isProblem,
  itemsOf,
  listMovies,
  logOut,
  openTheatre,
  getMe,
  problemPageOf,
  type CinemaClientOptions,
} from './index.js';

const BASE = 'https://cinema.test';
const TOKENS = { accessToken: 'old', refreshToken: 'r1' };
const NEXT = { accessToken: 'new', refreshToken: 'r2' };

type Answer = readonly [status: number, body: object, headers?: Record<string, string>];

/** As browsers do, it refuses to be called as a method of anything but the window. */
function asInBrowsers(send: typeof fetch): typeof fetch {
  return function (this: unknown, input, init) {
    if (this !== undefined && this !== globalThis) throw new TypeError('Illegal invocation');
    return send(input, init);
  };
}

/** A client against answers given in order, or by a function. Remembers requests, pauses and tokens. */
function against(answers: readonly Answer[] | ((request: Request) => Answer), options: Partial<CinemaClientOptions> = {}) {
  const requests: Request[] = [];
  const pauses: number[] = [];
  const kept: unknown[] = [];
  const left = typeof answers === 'function' ? [] : [...answers];
  const cinema = createCinemaClient({
    baseUrl: BASE,
    fetch: asInBrowsers((input, init) => {
      const request = new Request(input, init);
      requests.push(request);
      const answer = typeof answers === 'function' ? answers(request) : left.shift();
      if (answer === undefined) throw new Error(`An unexpected request: ${request.method} ${request.url}`);
      const [status, body, headers = {}] = answer;
      const text = status === 204 ? null : JSON.stringify(body);
      return Promise.resolve(new Response(text, { status, headers: { 'content-type': 'application/json', ...headers } }));
    }),
    pause: (ms) => Promise.resolve(void pauses.push(ms)),
    onTokens: (tokens) => void kept.push(tokens),
    ...options,
  });
  const asked = (): string[] =>
    requests.map(({ method, url, headers }) => `${method} ${url.slice(BASE.length)} ${headers.get('authorization') ?? '-'}`);
  return { cinema, client: cinema.client, requests, pauses, kept, asked };
}

const busy = (seconds: string, status = 503): Answer => [status, { code: 'platform.overloaded' }, { 'retry-after': seconds }];
const ONE_PAGE: Answer = [200, { data: [], page: { nextCursor: null } }];
const EXPIRED: Answer = [401, { code: 'auth.token-expired' }];

describe('A refusal for now', () => {
  it('a refusal for now is repeated after Retry-After, as often as allowed', async () => {
    const { client, pauses } = against([busy('2'), busy('3', 429), ONE_PAGE]);
    expect((await listMovies({ client })).response?.status).toBe(200);
    expect(pauses).toEqual([2_000, 3_000]);
    const never = against(() => busy('1'), { maxAttempts: 3 });
    expect((await listMovies({ client: never.client })).response?.status).toBe(503);
    expect(never.requests).toHaveLength(3);
  });

  it('a refusal without Retry-After, or with a long one, is handed to the caller', async () => {
    for (const answer of [busy('61'), busy('soon'), [503, {}] as const]) {
      const { client, requests } = against([answer]);
      expect((await listMovies({ client })).response?.status).toBe(503);
      expect(requests).toHaveLength(1);
    }
  });

  it('a POST refused with 503 is repeated only with an idempotency key', async () => {
    const body = { name: 'Rialto', timeZone: 'Europe/Berlin', currency: 'EUR' };
    const without = against([busy('1')]);
    await openTheatre({ client: without.client, body });
    expect(without.requests).toHaveLength(1);
    const withKey = against([busy('1'), [201, {}]]);
    await openTheatre({ client: withKey.client, body, headers: { 'Idempotency-Key': 'once' } });
    expect(await withKey.requests[1]?.json()).toEqual(body);
    const limited = against([busy('1', 429), [201, {}]]);
    await openTheatre({ client: limited.client, body });
    expect(limited.requests).toHaveLength(2);
  });
});

describe('A session', () => {
  it.each([BASE, `${BASE}/`])('an expired token is refreshed once for all requests, which are sent again: %s', async (baseUrl) => {
    const { client, asked, kept } = against(
      (request) => {
        if (request.url.endsWith('/auth/refresh')) return [200, { ...NEXT, tokenType: 'Bearer', expiresIn: 600 }];
        return request.headers.get('authorization') === 'Bearer new' ? [200, { id: 'me' }] : EXPIRED;
      },
      { tokens: TOKENS, baseUrl },
    );
    const answers = await Promise.all([getMe({ client }), getMe({ client })]);
    expect(answers.map(({ response }) => response?.status)).toEqual([200, 200]);
    expect(asked().filter((line) => line.includes('/refresh'))).toEqual(['POST /api/v1/auth/refresh -']);
    expect(kept).toEqual([NEXT]);
  });

  it('a refresh token that is refused ends the session', async () => {
    const { client, kept, asked } = against([EXPIRED, [401, { code: 'auth.refresh-token-invalid' }], EXPIRED], { tokens: TOKENS });
    expect((await getMe({ client })).error?.code).toBe('auth.token-expired');
    expect(kept).toEqual([null]);
    await getMe({ client });
    expect(asked().at(-1)).toBe('GET /api/v1/auth/me -');
  });

  it('a refresh that is not possible for now keeps the session', async () => {
    const { client, kept } = against([EXPIRED, busy('1')], { tokens: TOKENS });
    expect((await getMe({ client })).response?.status).toBe(401);
    expect(kept).toEqual([]);
  });

  describe.each([
    ['new tokens', [200, { ...NEXT, tokenType: 'Bearer', expiresIn: 600 }]],
    ['a refusal', [401, { code: 'auth.refresh-token-invalid' }]],
    ['a refusal for now', busy('1')],
  ] as const)('A refresh that is answered late, with %s', (_what, late) => {
    const OTHER = { accessToken: 'other', refreshToken: 'r9' };
    const setUp = () => {
      let answer: () => void = () => undefined;
      const answered = new Promise<void>((resolve) => (answer = resolve));
      let asking: () => void = () => undefined;
      const asked = new Promise<void>((resolve) => (asking = resolve));
      const sent: string[] = [];
      const kept: unknown[] = [];
      const of = ([status, body, headers = {}]: Answer) => new Response(status === 204 ? null : JSON.stringify(body), { status, headers });
      const cinema = createCinemaClient({
        baseUrl: BASE,
        tokens: TOKENS,
        onTokens: (tokens) => void kept.push(tokens),
        fetch: async (input, init) => {
          const request = new Request(input, init);
          const json = { 'content-type': 'application/json' };
          if (request.url.endsWith('/auth/refresh')) {
            asking();
            await answered;
            return of([late[0], late[1], json]);
          }
          if (request.url.endsWith('/auth/logout')) return of([204, {}]);
          if (request.url.endsWith('/auth/login')) return of([200, { ...OTHER, tokenType: 'Bearer', expiresIn: 600 }, json]);
          sent.push(request.headers.get('authorization') ?? '-');
          return of(request.headers.get('authorization') === 'Bearer old' ? [EXPIRED[0], EXPIRED[1], json] : [200, { id: 'me' }, json]);
        },
      });
      return { cinema, kept, sent, asked, answer: () => answer() };
    };

    it('the session stays ended after a log-out', async () => {
      const { cinema, kept, sent, asked, answer } = setUp();
      const me = getMe({ client: cinema.client });
      await asked;
      await cinema.logOut();
      answer();
      expect((await me).response?.status).toBe(401);
      await getMe({ client: cinema.client });
      expect([kept, sent]).toEqual([[null], ['Bearer old', '-']]);
    });

    it('the session of another user is left alone after a log-in', async () => {
      const { cinema, kept, sent, asked, answer } = setUp();
      const me = getMe({ client: cinema.client });
      await asked;
      await cinema.logIn({ email: 'a@b.example', password: 'a-seat-in-the-middle' });
      answer();
      // It was a request of the first user.
      expect((await me).response?.status).toBe(401);
      await getMe({ client: cinema.client });
      expect([kept, sent]).toEqual([[OTHER], ['Bearer old', 'Bearer other']]);
    });
  });

  it('a request that is refused after another log-in is not sent as the other user', async () => {
    const sent: string[] = [];
    let refuse: () => void = () => undefined;
    const refused = new Promise<void>((resolve) => (refuse = resolve));
    const json = { headers: { 'content-type': 'application/json' } };
    const cinema = createCinemaClient({
      baseUrl: BASE,
      tokens: TOKENS,
      fetch: async (input, init) => {
        const request = new Request(input, init);
        if (request.url.endsWith('/auth/login')) return Response.json({ ...NEXT, tokenType: 'Bearer', expiresIn: 600 });
        sent.push(`${request.url.slice(BASE.length)} ${request.headers.get('authorization')}`);
        await refused;
        return new Response(JSON.stringify(EXPIRED[1]), { status: 401, ...json });
      },
    });
    const me = getMe({ client: cinema.client });
    await cinema.logIn({ email: 'a@b.example', password: 'a-seat-in-the-middle' });
    refuse();
    expect([(await me).response?.status, sent]).toEqual([401, ['/api/v1/auth/me Bearer old']]);
  });

  it('logging in keeps the tokens, and a refused log-in returns the refusal', async () => {
    const credentials = { email: 'a@b.example', password: 'a-seat-in-the-middle' };
    const good = against([
      [200, { ...NEXT, tokenType: 'Bearer', expiresIn: 600 }],
      [200, {}],
      [204, {}],
    ]);
    expect(await good.cinema.logIn(credentials)).toBeNull();
    await getMe({ client: good.client });
    await good.cinema.logOut();
    expect(good.asked()).toEqual(['POST /api/v1/auth/login -', 'GET /api/v1/auth/me Bearer new', 'POST /api/v1/auth/logout -']);
    expect(good.kept).toEqual([NEXT, null]);
    const bad = against([[401, { code: 'auth.bad-credentials' }]]);
    expect(await bad.cinema.logIn(credentials)).toEqual({ code: 'auth.bad-credentials' });
    expect(bad.kept).toEqual([]);
  });
});

describe('Lists and refusals', () => {
  it('every item of every page is yielded', async () => {
    const pages: Record<string, Answer> = {
      '': [200, { data: [{ id: 'a' }, { id: 'b' }], page: { nextCursor: 'x' } }],
      x: [200, { data: [{ id: 'c' }], page: { nextCursor: null } }],
    };
    const { client } = against(({ url }) => pages[new URL(url).searchParams.get('cursor') ?? '']!);
    const ids: string[] = [];
    for await (const { id } of itemsOf((next) => listMovies({ client, query: next, throwOnError: true }))) ids.push(id);
    expect(ids).toEqual(['a', 'b', 'c']);
  });

  it('a thrown refusal is known by its code, and other errors are not', async () => {
    const { client } = against([[401, { code: 'auth.refresh-token-invalid' }]]);
    const caught: unknown = await logOut({ client, body: { refreshToken: 'x' }, throwOnError: true }).catch((error: unknown) => error);
    expect(isProblem(caught)).toBe(true);
    for (const other of [new Error('code'), null, { code: 'unknown' }, 'text']) expect(isProblem(other)).toBe(false);
  });
});

describe('The page of a problem', () => {
  it.each([
    ['https://cinema.test', 'https://cinema.test/problems/http.not-found'],
    ['https://cinema.test:8443/api/v1', 'https://cinema.test:8443/problems/http.not-found'],
  ])('the page of a problem is at the server that answered: %s', (baseUrl, page) => {
    expect(problemPageOf({ type: '/problems/http.not-found' }, baseUrl)).toBe(page);
  });
});
