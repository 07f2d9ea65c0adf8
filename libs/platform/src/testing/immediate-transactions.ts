/** Transactions for specs: every effect runs at once, and nothing is rolled back. */
import { type Rehearsal, Transactions } from '../persistence/transactions.js';

export class ImmediateTransactions extends Transactions {
  readonly isActive = false;
  readonly origin = { idempotent: null, correlationId: null, traceparent: null };

  run<T>(effect: () => Promise<T>): Promise<T> {
    return effect();
  }

  idempotently<T>(effect: () => Promise<T>): Promise<T> {
    return effect();
  }

  readonly rehearsed = null;

  rehearse(): Promise<Rehearsal> {
    return Promise.reject(new Error('A rehearsal needs a database that rolls back'));
  }

  savepoint<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  /** There is no request. */
  assertExpected(): void {
    return undefined;
  }

  /** There is no request. */
  assertExpectedBeforeLock(): void {
    return undefined;
  }

  afterCommit(callback: () => void): void {
    callback();
  }
}
