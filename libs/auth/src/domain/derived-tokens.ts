/** Derives tokens from a secret of the system, so that none is stored. What a token derived from a replaced secret said is still known for a time. */
export abstract class DerivedTokens {
  /** The token of a link in a mail. */
  abstract mailToken(requestId: string): string;

  /** The request of a mail token, or null for a token that was not made here. */
  abstract requestOf(mailToken: string): string | null;

  /** The refresh tokens that may follow this one: the one made now first, then the one made before the secret was replaced. */
  abstract successorsOf(refreshToken: string): readonly [string, ...string[]];
}
