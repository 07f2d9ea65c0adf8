import { createCinemaClient, getMe, isProblem, itemsOf, listMovies, logOut, problemPageOf } from './index.js';
import { against, BASE, busy, EXPIRED, NEXT, TOKENS, type Answer } from './testing/answers.js';

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

  it('a log-in that no answer of the API came to throws', async () => {
    const credentials = { email: 'a@b.example', password: 'a-seat-in-the-middle' };
    const offline = against(() => {
      throw new TypeError('fetch failed');
    });
    await expect(offline.cinema.logIn(credentials)).rejects.toThrow('fetch failed');
    const proxy = against([[502, 'Bad Gateway']]);
    await expect(proxy.cinema.logIn(credentials)).rejects.toThrow('502');
  });

  it('a log-out is repeated after 503, and says when it did not arrive', async () => {
    const again = against(
      [
        [503, { code: 'platform.unavailable' }, { 'retry-after': '1' }],
        [204, {}],
      ],
      { tokens: TOKENS },
    );
    expect(await again.cinema.logOut()).toBeNull();
    const refused = against([[503, { code: 'platform.unavailable' }]], { tokens: TOKENS });
    expect(await refused.cinema.logOut()).toEqual({ code: 'platform.unavailable' });
  });

  it('a log-out without a network forgets the tokens, and ends the session later', async () => {
    let isOnline = false;
    const { cinema, client, kept, asked, requests } = against(
      (request) => {
        if (!isOnline) throw new TypeError('fetch failed');
        return request.url.endsWith('/auth/logout') ? [204, {}] : [200, {}];
      },
      { tokens: TOKENS },
    );
    await expect(cinema.logOut()).rejects.toThrow('fetch failed');
    expect(kept).toEqual([null]);
    isOnline = true;
    await getMe({ client });
    expect(await cinema.logOut()).toBeNull();
    expect(asked().slice(1)).toEqual(['GET /api/v1/auth/me -', 'POST /api/v1/auth/logout -']);
    expect(await requests[2]?.json()).toEqual({ refreshToken: 'r1' });
    await cinema.logOut();
    expect(requests).toHaveLength(3);
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
