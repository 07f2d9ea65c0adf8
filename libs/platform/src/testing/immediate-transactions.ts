/** Transactions for specs: every effect runs at once, and nothing is rolled back. */
import { Transactions } from '../persistence/transactions.js';

export class ImmediateTransactions extends Transactions {
  readonly isActive = false;

  run<T>(effect: () => Promise<T>): Promise<T> {
    return effect();
  }

  idempotently<T>(effect: () => Promise<T>): Promise<T> {
    return effect();
  }

  savepoint<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  afterCommit(callback: () => void): void {
    callback();
  }
}
