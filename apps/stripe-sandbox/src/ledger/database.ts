import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

export type SqlValue = SQLInputValue;

/** One SQLite file. All calls are synchronous, so no request sees another request half done. */
export class Database {
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;

  /** @param file a path, or `:memory:` */
  constructor(file: string) {
    if (file !== ':memory:') mkdirSync(dirname(resolve(file)), { recursive: true });
    this.#connection = new DatabaseSync(file, { timeout: 5000 });
    // WAL with NORMAL keeps every commit through `kill -9`. Only a power cut can lose the last few commits.
    this.#connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  }

  createSchema(ddl: string): void {
    this.#connection.exec(ddl);
  }

  /** Keeps the rows of a ledger file that an earlier version wrote. Does nothing when the old table does not exist. */
  renameTable({ from, to }: { from: string; to: string }): void {
    const exists = (table: string) => this.get("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", table) !== undefined;
    if (exists(from) && !exists(to)) this.#connection.exec(`ALTER TABLE ${from} RENAME TO ${to}`);
  }

  get<Row>(sql: string, ...values: SqlValue[]): Row | undefined {
    return this.prepare(sql).get(...values) as Row | undefined;
  }

  all<Row>(sql: string, ...values: SqlValue[]): Row[] {
    return this.prepare(sql).all(...values) as Row[];
  }

  /** Returns the number of changed rows. */
  run(sql: string, ...values: SqlValue[]): number {
    return Number(this.prepare(sql).run(...values).changes);
  }

  /** Commits all of `work`, or nothing when it throws. Transactions can be nested. */
  transaction<Result>(work: () => Result): Result {
    const level = this.#depth;
    this.#connection.exec(level === 0 ? 'BEGIN IMMEDIATE' : `SAVEPOINT level_${level}`);
    this.#depth += 1;
    try {
      const result = work();
      this.#connection.exec(level === 0 ? 'COMMIT' : `RELEASE level_${level}`);
      return result;
    } catch (error) {
      this.#connection.exec(level === 0 ? 'ROLLBACK' : `ROLLBACK TO level_${level}; RELEASE level_${level}`);
      throw error;
    } finally {
      this.#depth -= 1;
    }
  }

  /** Deletes every row of every table. The tables stay. */
  deleteAllRows(): void {
    this.transaction(() => {
      const tables = this.all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
      for (const { name } of tables) this.run(`DELETE FROM ${name}`);
    });
  }

  close(): void {
    this.#statements.clear();
    this.#connection.close();
  }

  private prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#connection.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
