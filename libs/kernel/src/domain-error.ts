/**
 * A refusal: a rule says no. `code` is stable (`<context>.<refusal>`), `message` is a sentence that a customer can read, and `details` are part of
 * the answer. It has no stack trace: a refusal is an answer, not a bug, and a trace would cost more than the rest of it.
 */
export abstract class DomainError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
    this.name = new.target.name;
  }
}

/** A rule refuses an otherwise well-formed request. */
export class Invalid extends DomainError {}

/** Not there, or not the caller's. */
export class NotFound extends DomainError {}

/** Another request or another state was first. */
export class Conflict extends DomainError {}

export class Forbidden extends DomainError {}

/** The request was made for another state than the present one, and says so. */
export class PreconditionFailed extends DomainError {}

/** It existed once; its time is over. */
export class Gone extends DomainError {}

/** Not possible now, through no fault of the request. `details.retryAfter` is when to try again, in seconds. */
export class Unavailable extends DomainError {}
