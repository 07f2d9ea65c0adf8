/** Just enough of a client to fill and walk through the system by its public doors. */

export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface ApiClient {
  call(method: string, path: string, body?: unknown): Promise<ApiAnswer>;
  /** The body of an answer that had to be 2xx. */
  ok<Body>(method: string, path: string, body?: unknown): Promise<Body>;
  as(token: string): ApiClient;
  /** Harmless when the account exists. */
  register(account: { email: string; password: string; fullName: string }): Promise<void>;
  logIn(account: { email: string; password: string }): Promise<string>;
  /** The system's own time, which may have been moved. */
  now(): Promise<Date>;
  advance(minutes: number): Promise<void>;
}

/** `path` is below `/api/v1`; one that starts with `/sandbox/` is not. */
export function apiClient(url: string, token?: string): ApiClient {
  const call = async (method: string, path: string, body?: unknown): Promise<ApiAnswer> => {
    const response = await fetch(path.startsWith('/sandbox/') ? `${url}${path}` : `${url}/api/v1${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
  };
  const ok = async <Body>(method: string, path: string, body?: unknown): Promise<Body> => {
    const answer = await call(method, path, body);
    if (answer.status >= 200 && answer.status < 300) return answer.body as Body;
    throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  };
  return {
    call,
    ok,
    as: (other) => apiClient(url, other),
    register: async (account) => {
      const { status, body } = await call('POST', '/auth/register', account);
      if (status !== 201 && status !== 409) throw new Error(`Registering answered ${status}: ${JSON.stringify(body)}`);
    },
    logIn: async ({ email, password }) => (await ok<{ accessToken: string }>('POST', '/auth/login', { email, password })).accessToken,
    now: async () => new Date((await ok<{ now: string }>('GET', '/sandbox/clock')).now),
    advance: async (minutes) => void (await ok('POST', '/sandbox/clock/advance', { minutes })),
  };
}
