/** Storage of an aggregate in two verbs. Insert to add, update to change: TypeORM's `save()` would overwrite another's row. */
import type { AggregateRoot, AggregateState } from '@app/kernel/aggregate-root.js';
import type { DomainError } from '@app/kernel/domain-error.js';
import type { EntitySchema, FindOptionsWhere, ObjectLiteral } from 'typeorm';
import type { Database } from './database.js';
import type { Outbox } from './outbox.js';

export abstract class AggregateRepository<State extends AggregateState, Aggregate extends AggregateRoot<State>> {
  constructor(
    protected readonly database: Database,
    protected readonly outbox: Outbox,
    private readonly schema: EntitySchema<State>,
    private readonly rebuild: (state: State) => Aggregate,
    private readonly notFound: () => DomainError,
  ) {}

  /** Stores a new aggregate and its events in one transaction. */
  async add(aggregate: Aggregate): Promise<void> {
    await this.database.transaction(async () => {
      await this.manager.insert(this.schema, { ...aggregate.state });
      await this.outbox.append([aggregate]);
    });
  }

  /** Locks, decides, stores and writes the outbox in one transaction; a decision without an event writes nothing. */
  async change<T = void>(id: string, decide: (aggregate: Aggregate) => T): Promise<T> {
    return this.changeWhere({ id } as Partial<State>, decide);
  }

  /** As `change`, for finders that carry more than the id (the owner, say). */
  protected async changeWhere<T>(where: Partial<State>, decide: (aggregate: Aggregate) => T): Promise<T> {
    return this.database.transaction(async () => {
      const aggregate = await this.locked(where);
      if (aggregate === null) throw this.notFound();
      const result = decide(aggregate);
      await this.store(aggregate);
      return result;
    });
  }

  protected async locked(where: Partial<State>): Promise<Aggregate | null> {
    const row: State | null = await this.manager.findOne(this.schema, {
      where: where as FindOptionsWhere<State>,
      lock: { mode: 'pessimistic_write' },
    });
    return row === null ? null : this.rebuild(row);
  }

  protected async store(aggregate: Aggregate): Promise<void> {
    if (!aggregate.hasChanged) return;
    await this.manager.update(this.schema, { id: aggregate.id }, { ...aggregate.state });
    await this.outbox.append([aggregate]);
  }

  /** Typed loosely only here: TypeORM's own generics do not follow a type parameter. */
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
