/** The port of ambient transactions. It imports nothing, so that the spec of a use case loads no database driver. */

/** The shape of every write: `run` or `idempotently` around its effect. Nothing remote belongs inside. */
export abstract class Transactions {
  abstract get isActive(): boolean;

  /** Joins the active transaction, or opens one (READ COMMITTED) and commits it. */
  abstract run<T>(effect: () => Promise<T>): Promise<T>;

  /**
   * As `run`, for the effect of a POST that creates. Where the request carries an `Idempotency-Key`, the key's row is written first and the
   * answer last: a repeat returns the stored answer, a refusal leaves no trace. Inside itself it joins. The answer must be plain JSON.
   * Throws `IdempotencyKeyReused` and `IdempotencyKeyBusy`.
   */
  abstract idempotently<T>(effect: () => Promise<T>): Promise<T>;

  /** Runs work that may fail without failing the active transaction. */
  abstract savepoint<T>(work: () => Promise<T>): Promise<T>;

  /** Calls back once the outermost transaction has committed; never when it, or the active savepoint, rolled back. At once without a transaction. */
  abstract afterCommit(callback: () => void): void;
}
