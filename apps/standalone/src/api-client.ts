/** A small client of the public HTTP API, for seeding and for the demo. */

export interface ApiAnswer {
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
    const response = await fetch(path.startsWith('/sandbox/') ? `${url}${path}` : `${url}/api/v1${path}`, {
      method,
      headers: {
        // A form names its boundary itself.
        ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
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
