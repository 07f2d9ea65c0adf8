/** The port of ambient transactions. It imports no driver, so that the spec of a use case loads none. */
import type { DomainError } from '@app/kernel/domain-error.js';
import type { DomainEvent } from '@app/kernel/domain-event.js';
import type { IdempotentRequest } from './idempotency.js';

/** What an effect would have done. */
export interface Rehearsal {
  /** What would have been published. */
  readonly events: readonly DomainEvent[];
  /** What it would have been refused with: a `Conflict` or an `Invalid`. */
  readonly refusal: DomainError | null;
}

/** The request that an effect is of, for an effect that shares its transaction with those of other requests. */
export interface RequestOrigin {
  /** Null without an `Idempotency-Key`. */
  readonly idempotent: IdempotentRequest | null;
  readonly correlationId: string | null;
  /** The span that it is worked on in; null where nothing is traced. */
  readonly traceparent: string | null;
}

/** The shape of every write: `run` or `idempotently` around its effect. Nothing remote belongs inside. */
export abstract class Transactions {
  abstract get isActive(): boolean;

  /** The active request. */
  abstract get origin(): RequestOrigin;

  /** Joins the active transaction, or opens one (READ COMMITTED) and commits it. */
  abstract run<T>(effect: () => Promise<T>): Promise<T>;

  /**
   * As `run`, for the effect of a POST that creates. Where the request carries an `Idempotency-Key`, the key's row is written first and the
   * answer last: a repeat returns the stored answer, a refusal leaves no trace. Inside itself it joins. The answer must be plain JSON.
   * Throws `IdempotencyKeyReused` and `IdempotencyKeyBusy`.
   */
  abstract idempotently<T>(effect: () => Promise<T>): Promise<T>;

  /**
   * Runs the effect in a transaction of its own that is rolled back always: no row, event, job or idempotency key of it stays. Throws what the
   * effect throws, a refusal by a rule aside.
   */
  abstract rehearse(effect: () => Promise<unknown>): Promise<Rehearsal>;

  /** The events of the active rehearsal so far; null where there is none. The outbox adds to it instead of writing. */
  abstract get rehearsed(): DomainEvent[] | null;

  /** Runs work that may fail without failing the active transaction. */
  abstract savepoint<T>(work: () => Promise<T>): Promise<T>;

  /**
   * Throws `ResourceChanged` where the request's `If-Match` names other versions of this resource. A repository calls it when it has locked the
   * row: of two changes made for one version, the second is refused.
   */
  abstract assertExpected(resource: { readonly id: string; readonly version: number }): void;

  /**
   * As `assertExpected`, for a resource that a command has read and not locked. It calls this before it looks at anything else, so that an old
   * tag is refused before a rule refuses anything. The comparison under the lock stays due, except after a rehearsal that was refused.
   */
  abstract assertExpectedBeforeLock(resource: { readonly id: string; readonly version: number }): void;

  /** Calls back once the outermost transaction has committed; never when it, or the active savepoint, rolled back. At once without a transaction. */
  abstract afterCommit(callback: () => void): void;
}
