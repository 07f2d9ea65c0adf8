/** SQL text on the connection of the ambient transaction, or on one of the pool. */
import { Injectable } from '@nestjs/common';
import { TransactionHost } from '@nestjs-cls/transactional';
import type { TransactionalAdapterTypeOrm } from '@nestjs-cls/transactional-adapter-typeorm';
import type { Pool, PoolClient, QueryArrayResult } from 'pg';
import { DataSource, EntityManager } from 'typeorm';
import { Batches, RepeatableError } from '../concurrency/batches.js';
import { Settings } from '../config/settings.js';
import { Database } from './database.js';
import { renewPlans } from './plan-renewal.js';
import { isDatabaseAway, isDatabaseUnavailable, isLockTimeout, isValueRefused } from './database-errors.js';
import { poolOf } from './pool.js';
import { Replica } from './replica.js';
import { makeRowMaker, type RowMaker } from './row-maker.js';

/** Lists of keys that are read by one statement, and how many such statements of one text run at once. */
const SHARED_READS = { maxItems: 64, maxConcurrent: 2, maxRepeatMs: 3_000, maxWaiting: 4_000, maxWaitMs: 8_000 };

interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values: unknown[];
}

@Injectable()
export class PostgresDatabase extends Database {
  readonly #statementNames = new Map<string, string>();
  readonly #rowMakers = new Map<string, RowMaker>();
  readonly #sharedReads = new Map<string, Batches<readonly string[], object[]>>();

  constructor(
    private readonly host: TransactionHost<TransactionalAdapterTypeOrm>,
    private readonly dataSource: DataSource,
    private readonly settings: Settings,
    private readonly replica: Replica,
  ) {
    super();
  }

  get manager(): EntityManager {
    return this.host.tx;
  }

  async query<Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.execute<Row>({ text: sql, values: [...parameters] })).rows;
  }

  prepared<Row extends object>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    return this.preparedOn<Row>(this.readable, sql, parameters);
  }

  private async preparedOn<Row extends object>(readable: Pool | null, sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    const name = this.settings.database.preparedStatements ? { name: this.statementName(sql) } : {};
    return (await this.execute<Row>({ ...name, text: sql, values: [...parameters] }, readable)).rows;
  }

  async byKeys<Row extends object>(sql: string, keys: readonly string[], key: keyof Row & string): Promise<Row[]> {
    if (keys.length === 0) return [];
    if (this.host.isTransactionActive()) return this.prepared<Row>(sql, [keys]);
    const { readable } = this;
    const reads = getOrAdd(this.#sharedReads, readable === null ? sql : `${sql} -- standby`, () => {
      const work = (lists: readonly (readonly string[])[]) => this.readShared<Row>(readable, sql, lists, key);
      return new Batches<readonly string[], object[]>({ ...SHARED_READS, work });
    });
    // An id may come in capitals; PostgreSQL answers with small letters.
    return (await reads.run(keys.map((each) => each.toLowerCase()))) as Row[];
  }

  async change(sql: string, parameters: readonly unknown[] = []): Promise<number> {
    return (await this.execute({ text: sql, values: [...parameters] })).rowCount ?? 0;
  }

  private async readShared<Row extends object>(
    readable: Pool | null,
    sql: string,
    lists: readonly (readonly string[])[],
    key: keyof Row & string,
  ): Promise<PromiseSettledResult<Row[]>[]> {
    const rows = await this.preparedOn<Row>(readable, sql, [[...new Set(lists.flat())]]).catch((error: unknown) => {
      throw isDatabaseAway(error) ? new RepeatableError(error, 'whole') : error;
    });
    const byKey = Map.groupBy(rows, (row) => row[key] as string);
    return lists.map((keys) => ({ status: 'fulfilled', value: [...new Set(keys)].flatMap((each) => byKey.get(each) ?? []) }));
  }

  /** `readable`: a standby to ask instead. */
  private async execute<Row extends object>(statement: Statement, readable: Pool | null = this.readable) {
    const { rows, fields, rowCount } = readable === null ? await this.ask(statement) : await this.askStandby(readable, statement);
    const toRow = this.rowMaker(fields.map(({ name }) => name));
    return { rows: rows.map((values) => toRow(values) as Row), rowCount };
  }

  private async ask(statement: Statement): Promise<QueryArrayResult> {
    if (!this.host.isTransactionActive()) return askOneOf(this.pool, statement);
    return askOn((await this.host.tx.queryRunner!.connect()) as PoolClient, statement);
  }

  private async askStandby(standby: Pool, statement: Statement): Promise<QueryArrayResult> {
    try {
      return await askOneOf(standby, statement);
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error;
      this.replica.suspect();
      return this.ask(statement);
    }
  }

  /** Null inside a transaction: what it reads decides something. */
  private get readable(): Pool | null {
    return this.host.isTransactionActive() ? null : this.replica.pool;
  }

  private get pool(): Pool {
    return poolOf(this.dataSource);
  }

  private statementName(sql: string): string {
    return getOrAdd(this.#statementNames, sql, () => `prepared-${this.#statementNames.size + 1}`);
  }

  private rowMaker(columns: readonly string[]): RowMaker {
    return getOrAdd(this.#rowMakers, columns.join('\0'), () => makeRowMaker(columns));
  }
}

async function askOneOf(pool: Pool, statement: Statement): Promise<QueryArrayResult> {
  const connection = await pool.connect();
  let failure: Error | undefined;
  // A connection that breaks says so as well as its statement.
  const onError = (error: Error): void => void (failure = error);
  connection.once('error', onError);
  try {
    return await askOn(connection, statement);
  } catch (error) {
    // A refused value or a busy lock is no fault of the connection. A prepared statement that no longer fits its table is: only a new connection prepares it again.
    if (!isValueRefused(error) && !isLockTimeout(error)) failure = error as Error;
    throw error;
  } finally {
    connection.removeListener('error', onError);
    connection.release(failure);
  }
}

async function askOn(connection: PoolClient, statement: Statement): Promise<QueryArrayResult> {
  if (statement.name !== undefined) await renewPlans(connection);
  return connection.query<unknown[]>({ ...statement, rowMode: 'array' });
}

function getOrAdd<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}
