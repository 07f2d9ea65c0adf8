/** The client against answers that a spec gives. */
import { createCinemaClient, type CinemaClientOptions } from '../index.js';

export const BASE = 'https://cinema.test';
export const TOKENS = { accessToken: 'old', refreshToken: 'r1' };
export const NEXT = { accessToken: 'new', refreshToken: 'r2' };

export type Answer = readonly [status: number, body: object | string, headers?: Record<string, string>];

/** As browsers do, it refuses to be called as a method of anything but the window. */
function asInBrowsers(send: typeof fetch): typeof fetch {
  return function (this: unknown, input, init) {
    if (this !== undefined && this !== globalThis) throw new TypeError('Illegal invocation');
    return send(input, init);
  };
}

/** A client against answers given in order, or by a function. Remembers requests, pauses and tokens. */
export function against(answers: readonly Answer[] | ((request: Request) => Answer), options: Partial<CinemaClientOptions> = {}) {
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
      const text = status === 204 || status === 304 ? null : JSON.stringify(body);
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

export const busy = (seconds: string, status = 503): Answer => [status, { code: 'platform.overloaded' }, { 'retry-after': seconds }];
export const ONE_PAGE: Answer = [200, { data: [], page: { nextCursor: null } }];
export const EXPIRED: Answer = [401, { code: 'auth.token-expired' }];
