/** The ambient transaction: everything a write does between its begin and its commit. */
import { Injectable } from '@nestjs/common';
import { Propagation, TransactionHost } from '@nestjs-cls/transactional';
import type { TransactionalAdapterTypeOrm } from '@nestjs-cls/transactional-adapter-typeorm';
import { ClsService } from 'nestjs-cls';
import { Database } from './database.js';
import { IDEMPOTENT_REQUEST, claimIdempotencyKey, storeIdempotentAnswer, type IdempotentRequest } from './idempotency.js';
import { Transactions } from './transactions.js';

const AFTER_COMMIT = 'platform.after-commit';

type AfterCommit = () => void;

@Injectable()
export class AmbientTransactions extends Transactions {
  constructor(
    private readonly host: TransactionHost<TransactionalAdapterTypeOrm>,
    private readonly cls: ClsService,
    private readonly database: Database,
  ) {
    super();
  }

  get isActive(): boolean {
    return this.host.isTransactionActive();
  }

  async run<T>(effect: () => Promise<T>): Promise<T> {
    if (this.isActive) return effect();
    return this.cls.run({ ifNested: 'inherit' }, async () => {
      const callbacks: AfterCommit[] = [];
      this.cls.set(AFTER_COMMIT, callbacks);
      const result = await this.host.withTransaction(effect);
      for (const callback of callbacks) callback();
      return result;
    });
  }

  async idempotently<T>(effect: () => Promise<T>): Promise<T> {
    const request = this.cls.isActive() ? this.cls.get<IdempotentRequest | undefined>(IDEMPOTENT_REQUEST) : undefined;
    // After a rollback the key is free again: only inside the transaction that claimed it is it not claimed twice.
    if (request === undefined || (request.used && this.isActive)) return this.run(effect);
    return this.run(async () => {
      const stored = await claimIdempotencyKey(this.database, request);
      if (stored !== null) return stored.answer as T;
      const answer = await effect();
      await storeIdempotentAnswer(this.database, request, answer);
      return answer;
    });
  }

  async savepoint<T>(work: () => Promise<T>): Promise<T> {
    const callbacks = this.cls.get<AfterCommit[] | undefined>(AFTER_COMMIT) ?? [];
    const before = callbacks.length;
    try {
      return await this.host.withTransaction(Propagation.Nested, work);
    } catch (error) {
      callbacks.length = before;
      throw error;
    }
  }

  afterCommit(callback: AfterCommit): void {
    if (this.isActive) this.cls.get<AfterCommit[]>(AFTER_COMMIT).push(callback);
    else callback();
  }
}
