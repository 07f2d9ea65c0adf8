import { DerivedTokens } from '../domain/derived-tokens.js';

/** The token of a request is `token of <request>`; the successor of a refresh token has a `'` more. */
export class FakeTokens extends DerivedTokens {
  mailToken(requestId: string): string {
    return `token of ${requestId}`;
  }

  requestOf(mailToken: string): string | null {
    return /^token of (.+)$/.exec(mailToken)?.[1] ?? null;
  }

  firstRefreshToken(sessionId: string): string {
    return `${sessionId}.made here`;
  }

  isRefreshToken(token: string): boolean {
    return token.includes('.made here');
  }

  successorsOf(refreshToken: string): readonly [string, ...string[]] {
    return [`${refreshToken}'`];
  }
}
