/** Errors of the HTTP layer, beside the kinds of the domain. */
import { DomainError } from '@app/kernel/domain-error.js';

export interface InputFault {
  /** JSON pointer (RFC 6901) into the body, the query or the path parameters. */
  readonly pointer: string;
  readonly message: string;
}

/** 400: the shape of the request is wrong. */
export class InvalidInput extends DomainError {
  constructor(readonly errors: readonly InputFault[]) {
    super(
      'http.invalid-input',
      errors.length === 1 ? `${errors[0]!.pointer}: ${errors[0]!.message}` : `${errors.length} fields are not right.`,
    );
  }
}

/** 401 */
export class Unauthorized extends DomainError {
  constructor(message: string, code = 'auth.unauthorized') {
    super(code, message);
  }
}

/** 429; `retryAfter` in seconds. */
export class TooManyRequests extends DomainError {
  constructor(retryAfter: number) {
    super('http.too-many-requests', `Too many requests. Try again in ${retryAfter} s.`, { retryAfter });
  }
}
