import type { Database, SqlValue } from './database.js';
import { idOf } from './ids.js';

/** A filter: SQL over the columns of the collection's table. */
export interface Condition {
  sql: string;
  values: SqlValue[];
}

interface Page<T> {
  data: T[];
  hasMore: boolean;
}

interface PageRequest {
  conditions: Condition[];
  limit: number;
  startingAfter?: string | undefined;
  endingBefore?: string | undefined;
}

interface Row {
  seq: number;
  body: string;
}

/** The Stripe objects of one kind, in one table: the JSON as it is sent, and the columns that are searched. */
export class Collection<T extends { id: string; created: number }> {
  readonly #columns: string[];
  readonly #insert: string;
  readonly #update: string;

  constructor(
    private readonly database: Database,
    readonly table: string,
    private readonly columns: Record<string, (object: T) => string | number | null>,
  ) {
    this.#columns = Object.keys(columns);
    database.createSchema(`
      CREATE TABLE IF NOT EXISTS ${table} (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, created INTEGER NOT NULL,
        ${this.#columns.map((column) => `${column}, `).join('')} body TEXT NOT NULL
      );
      CREATE INDEX IF NOT EXISTS ${table}_by_created ON ${table} (created, seq);
      ${this.#columns.map((column) => `CREATE INDEX IF NOT EXISTS ${table}_by_${column} ON ${table} (${column}, seq);`).join('\n')}
    `);
    const names = ['id', 'created', ...this.#columns, 'body'];
    this.#insert = `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
    this.#update = `UPDATE ${table} SET ${[...this.#columns, 'body'].map((name) => `${name} = ?`).join(', ')} WHERE id = ?`;
  }

  add(object: T): void {
    this.database.run(this.#insert, object.id, object.created, ...this.columnValues(object), JSON.stringify(object));
  }

  update(object: T): void {
    this.database.run(this.#update, ...this.columnValues(object), JSON.stringify(object), object.id);
  }

  find(id: string): T | undefined {
    const row = this.database.get<Row>(`SELECT seq, body FROM ${this.table} WHERE id = ?`, id);
    return row && this.parse(row);
  }

  /** @param reference the value of a field that holds an id or, when expanded, the object */
  findReferenced(reference: string | { id: string } | null): T | undefined {
    const id = idOf(reference);
    return id === null ? undefined : this.find(id);
  }

  /** Throws an Error when the object is missing, which only a damaged ledger can cause. */
  getReferenced(reference: string | { id: string } | null): T {
    const object = this.findReferenced(reference);
    if (object === undefined) throw new Error(`The table ${this.table} does not contain ${idOf(reference)}.`);
    return object;
  }

  /** Returns the oldest first. */
  findBy(column: string, value: string): T[] {
    return this.database
      .all<Row>(`SELECT seq, body FROM ${this.table} WHERE ${column} = ? ORDER BY seq`, value)
      .map((row) => this.parse(row));
  }

  /** Returns the newest first, as Stripe does. Objects with the ids `startingAfter` and `endingBefore` must exist. */
  findPage(request: PageRequest): Page<T> {
    const backwards = request.endingBefore !== undefined;
    const conditions = [...request.conditions];
    if (request.startingAfter !== undefined) conditions.push(this.cursorCondition('<', request.startingAfter));
    if (request.endingBefore !== undefined) conditions.push(this.cursorCondition('>', request.endingBefore));
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`;
    const rows = this.database.all<Row>(
      `SELECT seq, body FROM ${this.table} ${where} ORDER BY seq ${backwards ? 'ASC' : 'DESC'} LIMIT ?`,
      ...conditions.flatMap(({ values }) => values),
      request.limit + 1,
    );
    const data = rows.slice(0, request.limit).map((row) => this.parse(row));
    return { data: backwards ? data.reverse() : data, hasMore: rows.length > request.limit };
  }

  /** Returns the next objects after a row number, oldest first. Reading in parts keeps a large ledger out of memory. */
  readAfter(seq: number, limit: number): { seq: number; object: T }[] {
    return this.database
      .all<Row>(`SELECT seq, body FROM ${this.table} WHERE seq > ? ORDER BY seq LIMIT ?`, seq, limit)
      .map((row) => ({ seq: row.seq, object: this.parse(row) }));
  }

  private cursorCondition(comparison: '<' | '>', id: string): Condition {
    return { sql: `seq ${comparison} (SELECT seq FROM ${this.table} WHERE id = ?)`, values: [id] };
  }

  private columnValues(object: T): (string | number | null)[] {
    return this.#columns.map((column) => this.columns[column]?.(object) ?? null);
  }

  private parse(row: Row): T {
    return JSON.parse(row.body) as T;
  }
}
