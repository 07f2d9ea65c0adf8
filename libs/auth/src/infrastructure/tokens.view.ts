/** What a login answers, as JSON of this API and as RFC 6749 says it. */

export class TokensView {
  /** @example "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIwMTlhOWQxZSJ9.c2lnbmF0dXJl" */
  accessToken!: string;
  /** @example "Bearer" */
  tokenType!: 'Bearer';
  /**
   * Seconds.
   * @example 600
   */
  expiresIn!: number;
  /**
   * Good once: POST /auth/refresh gives the next one.
   * @example "019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11.qk0mS8Vb5yI4zR2uXw7cN1dE9fG3hJ6kL0pQ8tY5aZs.r7Tz2Vb5yI4zR2uXw7cN1dE9fG3hJ6kL0pQ8tY5aQ0k"
   */
  refreshToken!: string;
}

/** RFC 6749, 5.1. */
export class PasswordGrantView {
  /** @example "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIwMTlhOWQxZSJ9.c2lnbmF0dXJl" */
  access_token!: string;
  /** @example "bearer" */
  token_type!: 'bearer';
  /**
   * Seconds.
   * @example 600
   */
  expires_in!: number;
  /** @example "019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11.qk0mS8Vb5yI4zR2uXw7cN1dE9fG3hJ6kL0pQ8tY5aZs.r7Tz2Vb5yI4zR2uXw7cN1dE9fG3hJ6kL0pQ8tY5aQ0k" */
  refresh_token!: string;
}

/** RFC 6749, 5.2. */
export class PasswordGrantErrorView {
  /** @example "invalid_grant" */
  error!: 'invalid_request' | 'invalid_grant' | 'unsupported_grant_type';
  /** @example "The e-mail address or the password is wrong." */
  error_description!: string;
}
