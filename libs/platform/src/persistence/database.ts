/** The port for SQL text. It imports nothing, so that the spec of a use case loads no database driver. */
import type { EntityManager } from 'typeorm';

/** SQL text on PostgreSQL, in the ambient transaction where one is active. */
export abstract class Database {
  /** TypeORM's manager of the active transaction, or of the pool outside one. */
  abstract get manager(): EntityManager;

  /** Runs one statement in the active transaction, or on a connection of the pool outside one. Columns become camelCase properties. */
  abstract query<Row extends object>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;

  /** As `query`, for statements that run often: PostgreSQL parses and plans each text once a connection. The text must be one of few. */
  abstract prepared<Row extends object>(sql: string, parameters: readonly unknown[]): Promise<Row[]>;

  /**
   * As `prepared`, for a SELECT whose only parameter is a list of ids; `key` is the property of its rows that holds them. Outside a transaction
   * those who ask the same at the same time share the next statement: no answer is older than its question. The rows are shared, too.
   */
  abstract byKeys<Row extends object>(sql: string, keys: readonly string[], key: keyof Row & string): Promise<Row[]>;

  /** Runs a statement that changes rows. Returns how many. */
  abstract change(sql: string, parameters?: readonly unknown[]): Promise<number>;
}
