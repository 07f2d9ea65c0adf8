/** A small client of the public HTTP API, for seeding and for the demo. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** While a slow machine starts, a request may find no connection to the database in time: 503, and nothing was done. */
const MAX_ATTEMPTS = 20;
const PAUSE_MS = 500;

interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface ClockReading {
  readonly now: Date;
  readonly offsetSeconds: number;
}

export interface ApiClient {
  call(method: string, path: string, body?: unknown): Promise<ApiAnswer>;
  /** Returns the body. Throws when the status is not 2xx. */
  expectOk<Body>(method: string, path: string, body?: unknown): Promise<Body>;
  withToken(token: string): ApiClient;
  /** Does nothing when the account exists already. */
  register(account: { email: string; password: string; fullName: string }): Promise<void>;
  /** Returns an access token. */
  logIn(account: { email: string; password: string }): Promise<string>;
  /** Reads the time that the system uses: it may have been moved. */
  clock(): Promise<ClockReading>;
  advanceClock(minutes: number): Promise<void>;
}

/** Paths are below `/api/v1`, except those that start with `/sandbox/`. */
export function apiClient(url: string, token?: string): ApiClient {
  const call = async (method: string, path: string, body?: unknown): Promise<ApiAnswer> => {
    const isJson = body !== undefined && !(body instanceof FormData);
    const request: RequestInit = {
      method,
      headers: {
        // A form names its boundary itself.
        ...(isJson ? { 'content-type': 'application/json' } : {}),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(isJson && method === 'POST' && token !== undefined ? { 'idempotency-key': randomUUID() } : {}),
      },
      ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : body }),
    };
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(path.startsWith('/sandbox/') ? `${url}${path}` : `${url}/api/v1${path}`, request);
      const text = await response.text();
      if (response.status !== 503 || attempt === MAX_ATTEMPTS)
        return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
      await sleep(PAUSE_MS);
    }
  };
  const expectOk = async <Body>(method: string, path: string, body?: unknown): Promise<Body> => {
    const answer = await call(method, path, body);
    if (answer.status >= 200 && answer.status < 300) return answer.body as Body;
    throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  };
  return {
    call,
    expectOk,
    withToken: (other) => apiClient(url, other),
    register: async (account) => {
      const { status, body } = await call('POST', '/auth/register', account);
      if (status !== 201 && status !== 409) throw new Error(`POST /auth/register answered ${status}: ${JSON.stringify(body)}`);
    },
    logIn: async ({ email, password }) => (await expectOk<{ accessToken: string }>('POST', '/auth/login', { email, password })).accessToken,
    clock: async () => {
      const { now, offsetSeconds } = await expectOk<{ now: string; offsetSeconds: number }>('GET', '/sandbox/clock');
      return { now: new Date(now), offsetSeconds };
    },
    advanceClock: async (minutes) => void (await expectOk('POST', '/sandbox/clock/advance', { minutes })),
  };
}
