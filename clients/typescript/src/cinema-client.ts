/** A client that stays logged in: it refreshes tokens, and repeats requests that were refused with 429 or 503 after the time that the answer names. */
import { type Client, createClient, createConfig } from './generated/client/index.js';
import { login, logOut } from './generated/sdk.gen.js';
import type { LoginErrors, LoginRequest } from './generated/types.gen.js';
import { RefreshedTokens, type Tokens } from './tokens.js';

export type { Tokens } from './tokens.js';

export interface CinemaClientOptions {
  /** Such as `https://cinema.example`. */
  readonly baseUrl: string;
  /** Of an earlier session. */
  readonly tokens?: Tokens | null;
  /** Called with the tokens whenever they change, to keep them; null when the session has ended. */
  readonly onTokens?: (tokens: Tokens | null) => void;
  /** Requests in all, before a refusal with 429 or 503 is handed to the caller. */
  readonly maxAttempts?: number;
  /** A longer `Retry-After` is handed to the caller. */
  readonly maxWaitSeconds?: number;
  readonly fetch?: typeof fetch;
  /** Waits; for tests. */
  readonly pause?: (ms: number) => Promise<void>;
}

export interface CinemaClient {
  /** For the functions of this package: `listMovies({ client })`. */
  readonly client: Client;
  /** Returns the refusal, or null when logged in. */
  logIn(credentials: LoginRequest): Promise<LoginErrors[keyof LoginErrors] | null>;
  /** Ends the session. */
  logOut(): Promise<void>;
}

export function createCinemaClient({
  baseUrl,
  tokens = null,
  onTokens = () => undefined,
  maxAttempts = 4,
  maxWaitSeconds = 60,
  fetch: send = (input, init) => globalThis.fetch(input, init),
  pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}: CinemaClientOptions): CinemaClient {
  const plain = createClient(createConfig({ baseUrl, fetch: send }));
  const session = new RefreshedTokens({ client: plain, tokens, onTokens });

  const sendAgain = async (request: Request): Promise<Response> => {
    for (let attempt = 1; ; attempt++) {
      const response = await send(request.clone());
      const seconds = retryAfterSeconds(response);
      if (attempt >= maxAttempts || seconds === null || seconds > maxWaitSeconds || !isRepeatable(request, response)) return response;
      await pause(seconds * 1_000);
    }
  };

  const client = createClient(
    createConfig({
      baseUrl,
      auth: () => session.accessToken,
      fetch: async (input, init) => {
        const request = new Request(input, init);
        const response = await sendAgain(request);
        if (response.status !== 401 || !request.headers.has('authorization') || !(await session.refresh(request))) return response;
        return sendAgain(session.authorise(request));
      },
    }),
  );

  return {
    client,
    logIn: async (credentials) => {
      const { data, error } = await login({ client, body: credentials });
      if (data === undefined) return error;
      session.replace(data);
      return null;
    },
    logOut: async () => {
      const refreshToken = session.end();
      if (refreshToken !== null) await logOut({ client, body: { refreshToken } });
    },
  };
}

/** Null where the answer names no time to repeat the request. */
function retryAfterSeconds({ status, headers }: Response): number | null {
  if (status !== 429 && status !== 503) return null;
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

/** 429 did nothing. 503 may come in the middle: a POST is repeated only where its key makes that safe. */
function isRepeatable({ method, headers }: Request, { status }: Response): boolean {
  return status === 429 || method !== 'POST' || headers.has('idempotency-key');
}
