/** The ambient transaction: everything a write does between its begin and its commit. */
import { Injectable, Logger } from '@nestjs/common';
import { Propagation, TransactionHost } from '@nestjs-cls/transactional';
import type { TransactionalAdapterTypeOrm } from '@nestjs-cls/transactional-adapter-typeorm';
import { Conflict, type DomainError, Invalid } from '@app/kernel/domain-error.js';
import type { DomainEvent } from '@app/kernel/domain-event.js';
import { ClsService } from 'nestjs-cls';
import { currentTraceparent } from '../telemetry/tracing.js';
import { Database } from './database.js';
import { IDEMPOTENT_REQUEST, claimIdempotencyKey, storeIdempotentAnswer, type IdempotentRequest } from './idempotency.js';
import { EXPECTED_VERSION, type ExpectedVersion, ResourceChanged } from './resource-version.js';
import { type Rehearsal, type RequestOrigin, Transactions } from './transactions.js';
import { CORRELATION_ID } from '../telemetry/correlation-id.js';

// Symbols: nestjs-cls reads a text with a dot as a path, and a nested context shares with its outer one what such a path leads through.
const AFTER_COMMIT = Symbol('platform.after-commit');
const REHEARSED = Symbol('platform.rehearsed');

type AfterCommit = () => void;

/** Ends a rehearsal: only an error rolls back. */
class RehearsalEnded extends Error {}

@Injectable()
export class AmbientTransactions extends Transactions {
  readonly #logger = new Logger(AmbientTransactions.name);

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

  get origin(): RequestOrigin {
    const traceparent = currentTraceparent();
    if (!this.cls.isActive()) return { idempotent: null, correlationId: null, traceparent };
    return {
      idempotent: this.cls.get<IdempotentRequest | undefined>(IDEMPOTENT_REQUEST) ?? null,
      correlationId: this.cls.get<string | undefined>(CORRELATION_ID) ?? null,
      traceparent,
    };
  }

  async run<T>(effect: () => Promise<T>): Promise<T> {
    if (this.isActive) return effect();
    return this.cls.run({ ifNested: 'inherit' }, async () => {
      const callbacks: AfterCommit[] = [];
      this.cls.set(AFTER_COMMIT, callbacks);
      const result = await this.host.withTransaction(effect);
      for (const callback of callbacks) this.call(callback);
      return result;
    });
  }

  async idempotently<T>(effect: () => Promise<T>): Promise<T> {
    const { idempotent: request } = this.origin;
    if (this.rehearsed !== null) {
      // The key is read and not stored: a repeated dry run is rehearsed again.
      if (request !== null) request.used = true;
      return this.run(effect);
    }
    // Inside the transaction that claimed the key: after a rollback another request could claim it too.
    if (request === null || (request.used && this.isActive)) return this.run(effect);
    return this.run(async () => {
      const stored = await claimIdempotencyKey(this.database, request);
      if (stored !== null) return stored.answer as T;
      const answer = await effect();
      await storeIdempotentAnswer(this.database, request, answer);
      return answer;
    });
  }

  async rehearse(effect: () => Promise<unknown>): Promise<Rehearsal> {
    if (this.isActive) throw new Error('A rehearsal must not roll back the work of others');
    const events: DomainEvent[] = [];
    const refusal = await this.cls.run({ ifNested: 'inherit' }, async () => {
      this.cls.set(REHEARSED, events);
      this.cls.set(AFTER_COMMIT, []);
      try {
        return await this.host.withTransaction(async (): Promise<DomainError | null> => {
          await effect();
          throw new RehearsalEnded();
        });
      } catch (error) {
        if (error instanceof RehearsalEnded) return null;
        if (!(error instanceof Conflict || error instanceof Invalid)) throw error;
        // Nothing is changed: no comparison under a lock follows.
        const expected = this.expectedVersion;
        if (expected?.comparedBeforeLock === true) expected.compared = true;
        return error;
      }
    });
    return { events: refusal === null ? events : [], refusal };
  }

  get rehearsed(): DomainEvent[] | null {
    return this.cls.isActive() ? (this.cls.get<DomainEvent[] | undefined>(REHEARSED) ?? null) : null;
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

  assertExpected({ id, version }: { readonly id: string; readonly version: number }): void {
    const expected = this.expectedVersion;
    if (expected === undefined || expected.id !== id || expected.compared) return;
    expected.compared = true;
    if (!expected.versions.includes(version)) throw new ResourceChanged();
  }

  assertExpectedBeforeLock({ id, version }: { readonly id: string; readonly version: number }): void {
    const expected = this.expectedVersion;
    if (expected === undefined || expected.id !== id || expected.compared) return;
    expected.comparedBeforeLock = true;
    if (!expected.versions.includes(version)) throw new ResourceChanged();
  }

  afterCommit(callback: AfterCommit): void {
    if (this.isActive) this.cls.get<AfterCommit[]>(AFTER_COMMIT).push(callback);
    else callback();
  }

  /** What is committed stays so: a callback that fails must not look like a transaction that did. */
  private call(callback: AfterCommit): void {
    try {
      callback();
    } catch (error) {
      this.#logger.error({ err: error }, 'What follows a commit failed');
    }
  }

  private get expectedVersion(): ExpectedVersion | undefined {
    return this.cls.isActive() ? this.cls.get<ExpectedVersion | undefined>(EXPECTED_VERSION) : undefined;
  }
}
