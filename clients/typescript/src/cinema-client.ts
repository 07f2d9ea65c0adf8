/** A client that stays logged in: it refreshes tokens, and repeats requests that were refused with 429 or 503 after the time that the answer names. */
import { type Client, createClient, createConfig } from './generated/client/index.js';
import { login, logOut } from './generated/sdk.gen.js';
import type { LoginErrors, LoginRequest, LogOutErrors } from './generated/types.gen.js';
import { NotModified, refusalOf } from './problems.js';
import { pauseUnlessAborted, sendRepeatedly, type Repeats } from './repeated-requests.js';
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
  /** Waits, at most until the signal is aborted; for tests. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface CinemaClient {
  /** For the functions of this package: `listMovies({ client })`. */
  readonly client: Client;
  /** Returns the refusal, or null when logged in. Throws where no answer of the API came. */
  logIn(credentials: LoginRequest): Promise<LoginErrors[keyof LoginErrors] | null>;
  /**
   * Forgets the tokens and ends the session. Returns the refusal, or null. Where it returns one, or throws because no answer came, the session has not
   * ended at the server: the next call tries that again.
   */
  logOut(): Promise<LogOutErrors[keyof LogOutErrors] | null>;
}

export function createCinemaClient({
  baseUrl,
  tokens = null,
  onTokens = () => undefined,
  maxAttempts = 4,
  maxWaitSeconds = 60,
  fetch: send = (input, init) => globalThis.fetch(input, init),
  pause = pauseUnlessAborted,
}: CinemaClientOptions): CinemaClient {
  const plain = createClient(createConfig({ baseUrl, fetch: send }));
  const session = new RefreshedTokens({ client: plain, tokens, onTokens });
  const repeats: Repeats = { send, maxAttempts, maxWaitSeconds, pause };

  const client = createClient(
    createConfig({
      baseUrl,
      auth: () => session.accessToken,
      fetch: async (input, init) => {
        const request = new Request(input, init);
        const response = await sendRepeatedly(request, repeats);
        if (response.status !== 401 || !request.headers.has('authorization') || !(await session.refresh(request))) return response;
        return sendRepeatedly(session.authorise(request), repeats);
      },
    }),
  );
  client.interceptors.error.use((error, response) => (response?.status === 304 ? new NotModified() : error));
  /** Of a session that was forgotten here, and that may go on at the server. */
  let unended: string | null = null;

  return {
    client,
    logIn: async (credentials) => {
      const answer = await login({ client, body: credentials });
      if (answer.data === undefined) return refusalOf(answer);
      session.replace(answer.data);
      return null;
    },
    logOut: async () => {
      const refreshToken = session.end() ?? unended;
      if (refreshToken === null) return null;
      unended = refreshToken;
      const sendAlways: typeof fetch = (input, init) => sendRepeatedly(new Request(input, init), repeats, { isIdempotent: true });
      const answer = await logOut({ client, body: { refreshToken }, fetch: sendAlways });
      if (answer.error !== undefined) return refusalOf(answer);
      if (unended === refreshToken) unended = null;
      return null;
    },
  };
}
