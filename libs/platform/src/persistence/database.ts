/** SQL by hand and the ambient transaction: what handlers, queries and repositories speak to PostgreSQL through. */
import { Injectable } from '@nestjs/common';
import { Propagation, TransactionHost } from '@nestjs-cls/transactional';
import type { TransactionalAdapterTypeOrm } from '@nestjs-cls/transactional-adapter-typeorm';
import { ClsService } from 'nestjs-cls';
import type { Pool, PoolClient } from 'pg';
import { DataSource, EntityManager } from 'typeorm';
import { claimIdempotencyKey, IDEMPOTENT_REQUEST, storeIdempotentAnswer, type IdempotentRequest } from './idempotency.js';

type AfterCommit = () => void;
const AFTER_COMMIT = 'platform.after-commit';

const statementNames = new Map<string, string>();

function statementName(sql: string): string {
  const known = statementNames.get(sql);
  if (known !== undefined) return known;
  const name = `hot-${statementNames.size + 1}`;
  statementNames.set(sql, name);
  return name;
}

const camelCaseNames = new Map<string, string>();

/** `held_until` → `heldUntil`. Columns are named once here, so that no statement has to. */
function camelCase(column: string): string {
  const known = camelCaseNames.get(column);
  if (known !== undefined) return known;
  const name = column.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  camelCaseNames.set(column, name);
  return name;
}

function rowOf(names: readonly string[], values: readonly unknown[]): object {
  const row: Record<string, unknown> = {};
  for (let i = 0; i < names.length; i++) row[names[i]!] = values[i];
  return row;
}

@Injectable()
export class Database {
  constructor(
    private readonly host: TransactionHost<TransactionalAdapterTypeOrm>,
    private readonly cls: ClsService,
    private readonly dataSource: DataSource,
  ) {}

  /** TypeORM's manager of the transaction under way, or of the pool outside one. */
  get manager(): EntityManager {
    return this.host.tx;
  }

  get inTransaction(): boolean {
    return this.host.isTransactionActive();
  }

  /** Runs one statement in the transaction under way, or on a connection of the pool outside one. */
  async query<Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.execute<Row>({ text: sql, values: [...parameters] })).rows;
  }

  /** As `query`, for the hot statements: PostgreSQL parses and plans each text once a connection. The text must be one of few. */
  async prepared<Row extends object>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    return (await this.execute<Row>({ name: statementName(sql), text: sql, values: [...parameters] })).rows;
  }

  /** Runs one statement and answers how many rows it touched. */
  async affected(sql: string, parameters: readonly unknown[] = []): Promise<number> {
    return (await this.execute({ text: sql, values: [...parameters] })).rowCount ?? 0;
  }

  /** Joins the transaction under way or opens one (READ COMMITTED). Nothing remote belongs inside. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    if (this.inTransaction) return work();
    return this.cls.run({ ifNested: 'inherit' }, async () => {
      const after: AfterCommit[] = [];
      this.cls.set(AFTER_COMMIT, after);
      const result = await this.host.withTransaction(work);
      for (const callback of after) callback();
      return result;
    });
  }

  /** Work that may fail without taking the surrounding transaction with it. */
  async savepoint<T>(work: () => Promise<T>): Promise<T> {
    const after = this.cls.get<AfterCommit[] | undefined>(AFTER_COMMIT) ?? [];
    const before = after.length;
    try {
      return await this.host.withTransaction(Propagation.Nested, work);
    } catch (error) {
      after.length = before;
      throw error;
    }
  }

  /** Called once the outermost transaction has committed; never when it, or the savepoint under way, rolled back. */
  afterCommit(callback: AfterCommit): void {
    this.cls.get<AfterCommit[] | undefined>(AFTER_COMMIT)?.push(callback);
  }

  /**
   * One transaction for the effect of a POST. Where the request carries an `Idempotency-Key`, its row is written first and the answer last:
   * a repeat gets the stored answer, a refusal leaves no trace. The answer must be plain JSON.
   */
  async once<T extends object>(effect: () => Promise<T>): Promise<T> {
    const request = this.cls.get<IdempotentRequest | undefined>(IDEMPOTENT_REQUEST);
    if (request === undefined) return this.transaction(effect);
    return this.transaction(async () => {
      const stored = await claimIdempotencyKey(this, request);
      if (stored !== null) return stored as T;
      const answer = await effect();
      await storeIdempotentAnswer(this, request, answer);
      return answer;
    });
  }

  private async execute<Row extends object>(statement: { name?: string; text: string; values: unknown[] }) {
    const connection = this.inTransaction ? ((await this.host.tx.queryRunner!.connect()) as PoolClient) : this.pool;
    const { rows, fields, rowCount } = await connection.query<unknown[]>({ ...statement, rowMode: 'array' });
    const names = fields.map(({ name }) => camelCase(name));
    return { rows: rows.map((values) => rowOf(names, values) as Row), rowCount };
  }

  private get pool(): Pool {
    return (this.dataSource.driver as unknown as { master: Pool }).master;
  }
}
