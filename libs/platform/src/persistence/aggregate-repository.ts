/** Stores an aggregate in two verbs, insert and update. TypeORM's `save()` is not used: it would overwrite the row of another customer. */
import type { AggregateRoot, AggregateState } from '@app/kernel/aggregate-root.js';
import type { DomainError } from '@app/kernel/domain-error.js';
import type { EntitySchema, FindOptionsWhere, ObjectLiteral } from 'typeorm';
import type { Database } from './database.js';
import type { Outbox } from './outbox.js';
import type { Transactions } from './transactions.js';

interface AggregateStorage<State extends AggregateState, Aggregate extends AggregateRoot<State>> {
  readonly database: Database;
  readonly transactions: Transactions;
  readonly outbox: Outbox;
  readonly schema: EntitySchema<State>;
  readonly rebuild: (state: State) => Aggregate;
  readonly notFound: () => DomainError;
}

export abstract class AggregateRepository<State extends AggregateState, Aggregate extends AggregateRoot<State>> {
  protected readonly database: Database;
  protected readonly transactions: Transactions;
  protected readonly outbox: Outbox;
  readonly #storage: AggregateStorage<State, Aggregate>;

  constructor(storage: AggregateStorage<State, Aggregate>) {
    this.database = storage.database;
    this.transactions = storage.transactions;
    this.outbox = storage.outbox;
    this.#storage = storage;
  }

  /** Stores a new aggregate and its events in one transaction. */
  async add(aggregate: Aggregate): Promise<void> {
    await this.transactions.run(async () => {
      await this.manager.insert(this.#storage.schema, { ...aggregate.state });
      await this.outbox.append([aggregate]);
    });
  }

  /**
   * Locks the row, decides, and stores the aggregate and its events in one transaction. A decision without an event writes nothing. Throws
   * `ResourceChanged` as `Transactions.assertExpected`.
   */
  async change<T = void>(id: string, decide: (aggregate: Aggregate) => T): Promise<T> {
    return this.changeWhere({ id } as Partial<State>, decide);
  }

  /** As `change`, for a row that is found by more than its id (its owner, for example). */
  protected async changeWhere<T>(where: Partial<State>, decide: (aggregate: Aggregate) => T): Promise<T> {
    return this.transactions.run(async () => {
      const aggregate = await this.locked(where);
      if (aggregate === null) throw this.#storage.notFound();
      this.transactions.assertExpected(aggregate.state);
      const result = decide(aggregate);
      await this.store(aggregate);
      return result;
    });
  }

  protected async locked(where: Partial<State>): Promise<Aggregate | null> {
    const state: State | null = await this.manager.findOne(this.#storage.schema, {
      where: where as FindOptionsWhere<State>,
      lock: { mode: 'pessimistic_write' },
    });
    return state === null ? null : this.#storage.rebuild(state);
  }

  protected async store(aggregate: Aggregate): Promise<void> {
    if (!aggregate.hasChanged) return;
    await this.manager.update(this.#storage.schema, { id: aggregate.id }, { ...aggregate.state });
    await this.outbox.append([aggregate]);
  }

  /** TypeORM's own generics do not follow a type parameter: typed loosely here, and only here. */
  private get manager(): {
    insert(schema: EntitySchema<State>, values: ObjectLiteral): Promise<unknown>;
    update(schema: EntitySchema<State>, where: ObjectLiteral, values: ObjectLiteral): Promise<unknown>;
    findOne(
      schema: EntitySchema<State>,
      options: { where: FindOptionsWhere<State>; lock: { mode: 'pessimistic_write' } },
    ): Promise<State | null>;
  } {
    return this.database.manager;
  }
}
