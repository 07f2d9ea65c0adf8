/** Transactions of one request that a client sends again under its `Idempotency-Key`: the first answer is kept, a refusal is not. */
import { ImmediateTransactions } from '@app/platform/testing/immediate-transactions.js';

export class RepeatedRequest extends ImmediateTransactions {
  #answer: string | undefined;

  override async idempotently<T>(effect: () => Promise<T>): Promise<T> {
    if (this.#answer !== undefined) return JSON.parse(this.#answer) as T;
    const answer = await effect();
    this.#answer = JSON.stringify(answer);
    return answer;
  }
}
