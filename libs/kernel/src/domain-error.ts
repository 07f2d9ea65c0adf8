/** A refusal a rule gives. `code` is stable (`<context>.<refusal>`), the message is a sentence a customer can read, `details` reach the client. */
export abstract class DomainError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = new.target.name;
  }
}

/** A rule says no to an otherwise well-formed request. */
export class Invalid extends DomainError {}

/** Not there, or not yours. */
export class NotFound extends DomainError {}

/** Somebody or something else was first. */
export class Conflict extends DomainError {}

export class Forbidden extends DomainError {}

/** It was there once; its time is over. */
export class Gone extends DomainError {}

/** Not possible just now, through no fault of the request; `details.retryAfter` says when to come back, in seconds. */
export class Unavailable extends DomainError {}
