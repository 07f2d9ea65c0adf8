/** The tokens of a session, refreshed once for all requests that wait for it. */

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

interface Options {
  readonly baseUrl: string;
  readonly send: typeof fetch;
  readonly tokens: Tokens | null;
  readonly onTokens: (tokens: Tokens | null) => void;
}

export class RefreshedTokens {
  readonly #options: Options;
  #tokens: Tokens | null;
  #refreshing: Promise<boolean> | null = null;

  constructor(options: Options) {
    this.#options = options;
    this.#tokens = options.tokens;
  }

  get accessToken(): string | undefined {
    return this.#tokens?.accessToken;
  }

  replace({ accessToken, refreshToken }: Tokens): void {
    this.#tokens = { accessToken, refreshToken };
    this.#options.onTokens(this.#tokens);
  }

  /** Returns the refresh token, which is now of no use here. */
  end(): string | null {
    const refreshToken = this.#tokens?.refreshToken ?? null;
    this.#tokens = null;
    this.#options.onTokens(null);
    return refreshToken;
  }

  /** Returns whether there is a token that the refused request did not have. */
  async refresh(refused: Request): Promise<boolean> {
    if (this.#tokens === null) return false;
    if (refused.headers.get('authorization') !== bearer(this.#tokens)) return true;
    this.#refreshing ??= this.askForNext(this.#tokens.refreshToken).finally(() => (this.#refreshing = null));
    return this.#refreshing;
  }

  /** Returns the request with the token of now. */
  authorise(request: Request): Request {
    const headers = new Headers(request.headers);
    if (this.#tokens !== null) headers.set('authorization', bearer(this.#tokens));
    return new Request(request, { headers });
  }

  private async askForNext(refreshToken: string): Promise<boolean> {
    const response = await this.#options.send(`${this.#options.baseUrl}/api/v1/auth/refresh`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ refreshToken }),
    });
    // 429 and 503 say nothing about the session: the next request tries again.
    if (response.status === 400 || response.status === 401) this.end();
    if (!response.ok) return false;
    const next: unknown = await response.json();
    if (!isTokens(next)) return false;
    this.replace(next);
    return true;
  }
}

const bearer = ({ accessToken }: Tokens): string => `Bearer ${accessToken}`;

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
