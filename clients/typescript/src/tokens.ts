/** The tokens of a session, refreshed once for all requests that wait for it. */
import type { Client } from './generated/client/index.js';
import { refreshTokens } from './generated/sdk.gen.js';
import { asError } from './problems.js';

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

interface Options {
  /** Sends each request once, without a token. */
  readonly client: Client;
  readonly tokens: Tokens | null;
  readonly onTokens: (tokens: Tokens | null) => void;
}

export class RefreshedTokens {
  readonly #options: Options;
  #tokens: Tokens | null;
  /** The access token before, of the same session. */
  #previous: string | null = null;
  #refreshing: Promise<boolean> | null = null;

  constructor(options: Options) {
    this.#options = options;
    this.#tokens = options.tokens;
  }

  get accessToken(): string | undefined {
    return this.#tokens?.accessToken;
  }

  /** Begins another session. */
  replace(tokens: Tokens): void {
    this.keep(tokens, { previous: null });
    this.#refreshing = null;
  }

  /** Returns the refresh token, which is now of no use here. */
  end(): string | null {
    const refreshToken = this.#tokens?.refreshToken ?? null;
    this.#tokens = null;
    this.#previous = null;
    this.#refreshing = null;
    this.#options.onTokens(null);
    return refreshToken;
  }

  /** Returns whether its session has a token that the refused request did not have. A request of an earlier session is not sent in this one. */
  async refresh(refused: Request): Promise<boolean> {
    if (this.#tokens === null) return false;
    const had = refused.headers.get('authorization');
    if (had !== bearer(this.#tokens.accessToken)) return this.#previous !== null && had === bearer(this.#previous);
    if (this.#refreshing === null) {
      const asking = this.askForNext(this.#tokens).finally(() => {
        if (this.#refreshing === asking) this.#refreshing = null;
      });
      this.#refreshing = asking;
    }
    return this.#refreshing;
  }

  /** Returns the request with the token of now. */
  authorise(request: Request): Request {
    const headers = new Headers(request.headers);
    if (this.#tokens !== null) headers.set('authorization', bearer(this.#tokens.accessToken));
    return new Request(request, { headers });
  }

  private async askForNext({ accessToken, refreshToken }: Tokens): Promise<boolean> {
    // A log-out or another log-in may come before the answer, which is about the session that was.
    const isOver = (): boolean => this.#tokens?.refreshToken !== refreshToken;
    const { data: next, error, response } = await refreshTokens({ client: this.#options.client, body: { refreshToken } });
    if (response === undefined) throw asError(error);
    if (isOver()) return false;
    // 429 and 503 say nothing about the session: the next request tries again.
    if (response.status === 400 || response.status === 401) this.end();
    if (!isTokens(next)) return false;
    this.keep(next, { previous: accessToken });
    return true;
  }

  private keep({ accessToken, refreshToken }: Tokens, { previous }: { readonly previous: string | null }): void {
    this.#tokens = { accessToken, refreshToken };
    this.#previous = previous;
    this.#options.onTokens(this.#tokens);
  }
}

const bearer = (accessToken: string): string => `Bearer ${accessToken}`;

function isTokens(value: unknown): value is Tokens {
  return (
    typeof value === 'object' &&
    value !== null &&
    'accessToken' in value &&
    typeof value.accessToken === 'string' &&
    'refreshToken' in value &&
    typeof value.refreshToken === 'string'
  );
}
