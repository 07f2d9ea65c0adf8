/** Derives tokens from a secret of the system, so that none is stored. For a time, tokens of the secret before are still recognised. */
export abstract class DerivedTokens {
  /** The token of a link in a mail. */
  abstract mailToken(requestId: string): string;

  /** The request of a mail token, or null for a token that was not made here. */
  abstract requestOf(mailToken: string): string | null;

  /** A refresh token of a new session. The id of the session stands before its first dot. */
  abstract firstRefreshToken(sessionId: string): string;

  /** Whether this refresh token was made here, however old it is. */
  abstract isRefreshToken(token: string): boolean;

  /** The refresh tokens that may follow this one: the one made now first, then the one made before the secret was replaced. */
  abstract successorsOf(refreshToken: string): readonly [string, ...string[]];
}
