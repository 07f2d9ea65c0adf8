/** Errors of the HTTP layer, beside the kinds of the domain. */
import { DomainError, Forbidden } from '@app/kernel/domain-error.js';

/** Where the fault is: a JSON pointer (RFC 6901) into the body, or the name of a parameter or header. */
export type FaultPlace = { readonly pointer: string } | { readonly parameter: string } | { readonly header: string };

export type InputFault = FaultPlace & {
  /** Which rule is broken, for programs: `required`, `maxLength`, `unknownField` and so on. */
  readonly rule: string;
  readonly message: string;
};

/** A client that sends more is not helped by more. The document says it. */
export const MAX_FAULTS = 100;

/** 400: the shape of the request is wrong. */
export class InvalidInput extends DomainError {
  /** The first of them. */
  readonly errors: readonly InputFault[];

  constructor(errors: readonly InputFault[]) {
    const [first] = errors;
    super(
      'http.invalid-input',
      errors.length === 1 && first !== undefined ? describeFault(first) : `${errors.length} fields are not right.`,
    );
    this.errors = errors.slice(0, MAX_FAULTS);
  }
}

function describeFault({ message, ...place }: InputFault): string {
  const name = 'pointer' in place ? place.pointer : 'parameter' in place ? place.parameter : place.header;
  return `${name === '' ? 'The body' : `${name}:`} ${message}`;
}

/** What a 401 tells a program in `WWW-Authenticate` (RFC 6750, 3). */
type TokenFault = 'invalid_token';

/** 401 */
export class Unauthorized extends DomainError {
  constructor(
    message: string,
    code = 'auth.unauthorized',
    readonly fault: TokenFault | null = null,
  ) {
    super(code, message);
  }
}

export const TOKEN_MISSING = new Unauthorized('Log in first: send an access token.', 'auth.token-missing');
export const TOKEN_EXPIRED = new Unauthorized('The access token has expired. Log in again.', 'auth.token-expired', 'invalid_token');
export const TOKEN_REVOKED = new Unauthorized(
  'The access token was revoked: the session has ended, or the account is deactivated.',
  'auth.token-revoked',
  'invalid_token',
);
export const TOKEN_BAD = new Unauthorized('This is not a valid access token.', 'auth.bad-token', 'invalid_token');
export const TOKEN_FOREIGN = new Unauthorized(
  'The access token was issued by another system, or for another one.',
  'auth.foreign-token',
  'invalid_token',
);

export const API_KEY_BAD = new Unauthorized('This is not a valid API key.', 'auth.bad-api-key', 'invalid_token');
export const API_KEY_EXPIRED = new Unauthorized('The API key has expired.', 'auth.api-key-expired', 'invalid_token');
export const API_KEY_REVOKED = new Unauthorized('The API key was revoked.', 'auth.api-key-revoked', 'invalid_token');

/** 403: the API key is good for other things. */
export class ScopeMissing extends Forbidden {
  constructor(scope: string) {
    super('auth.scope-missing', `This needs an API key with the scope ${scope}.`, { scope });
  }
}

/** 403: the user has no role with this right. */
export class RightMissing extends Forbidden {
  constructor(right: string) {
    super('auth.right-missing', `This needs the right ${right}.`, { right });
  }
}

/** 405; `allowed` are the methods of the path. */
export class MethodNotAllowed extends DomainError {
  constructor(readonly allowed: readonly string[]) {
    super('http.method-not-allowed', `This path takes ${allowed.join(', ')}.`);
  }
}

/** 429; `retryAfter` in seconds. */
export class TooManyRequests extends DomainError {
  constructor(retryAfter: number) {
    super('http.too-many-requests', `Too many requests. Try again in ${retryAfter} s.`, { retryAfter });
  }
}
