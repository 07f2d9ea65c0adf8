/** A database for specs, which answers each statement by a function: with rows of its own, an error, or what one connection returns. */
import type { EntityManager } from 'typeorm';
import { Database } from '../persistence/database.js';

export class FakeDatabase extends Database {
  constructor(private readonly answer: (sql: string, parameters: readonly unknown[]) => Promise<object[]>) {
    super();
  }

  get manager(): EntityManager {
    throw new Error('A fake database has no manager');
  }

  async query<Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.answer(sql, parameters)) as Row[];
  }

  prepared<Row extends object>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    return this.query<Row>(sql, parameters);
  }

  byKeys<Row extends object>(sql: string, keys: readonly string[]): Promise<Row[]> {
    return this.query<Row>(sql, [keys]);
  }

  async change(sql: string, parameters: readonly unknown[] = []): Promise<number> {
    return (await this.query(sql, parameters)).length;
  }
}
