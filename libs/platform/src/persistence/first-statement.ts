/**
 * Sends the begin of a transaction together with its first statement: each transaction takes one round trip less. PostgreSQL leaves out what follows a
 * message that failed, up to the next Sync (www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING), so that no statement ever runs
 * outside of the transaction that it belongs to.
 */
import pg from 'pg';
import { onEachConnection } from './pool.js';

const BEGIN = 'START TRANSACTION';
const ENDS: readonly unknown[] = ['COMMIT', 'ROLLBACK'];
/** The answer to what is not sent, or not yet. */
const NOTHING = { rows: [], fields: [], rowCount: null, command: '', oid: 0 };

type Statement = string | pg.QueryConfig;
/** `query` of node-pg. */
type Send = (...call: unknown[]) => unknown;
type Result = pg.QueryResult | pg.QueryResult[];

/** What node-pg does inside and its types leave out. */
interface Connection {
  readonly submittedNamedStatements: Record<string, string>;
  parse(statement: { text: string }): void;
  bind(portal: object): void;
  execute(portal: object): void;
}

interface QueryInternals {
  prepare(connection: Connection): void;
  handleCommandComplete(message: unknown, connection: Connection): void;
  handleError(error: Error, connection: Connection): void;
}

const Query = pg.Query as unknown as new (
  config: pg.QueryConfig & { queryMode: 'extended' },
  values: undefined,
  callback: (error: Error | null, result: Result) => void,
) => QueryInternals;

/** Begin and statement, in messages of the extended protocol before one Sync. */
class FirstStatement extends Query {
  #isBegun = false;
  #isPreparing = false;
  readonly #name: string | undefined;

  constructor(config: pg.QueryConfig, callback: (error: Error | null, result: Result) => void) {
    super({ ...config, queryMode: 'extended' }, undefined, callback);
    this.#name = config.name;
    // node-pg takes the first "parsed" for that of the named statement, but that is the begin's.
    Object.defineProperty(this, 'name', { get: () => (this.#isBegun || this.#isPreparing ? this.#name : undefined) });
  }

  override prepare(connection: Connection): void {
    this.#isPreparing = true;
    connection.parse({ text: BEGIN });
    connection.bind({});
    connection.execute({});
    super.prepare(connection);
    this.#isPreparing = false;
  }

  override handleCommandComplete(message: unknown, connection: Connection): void {
    if (this.#isBegun) super.handleCommandComplete(message, connection);
    this.#isBegun = true;
  }

  override handleError(error: Error, connection: Connection): void {
    if (this.#name !== undefined) delete connection.submittedNamedStatements[this.#name];
    super.handleError(error, connection);
  }
}

/** Applies to every connection of the pool, those that are open already included. */
export function beginWithFirstStatement(pool: pg.Pool): void {
  const waiting = new WeakSet<pg.ClientBase>();
  // A connection that was given back has no transaction.
  pool.on('acquire', (client) => void waiting.delete(client));
  onEachConnection(pool, (client) => {
    const send: Send = (...call) => Reflect.apply(Reflect.get(Object.getPrototypeOf(client) as object, 'query') as Send, client, call);
    const query: Send = (statement, ...rest) => {
      if (statement === BEGIN) {
        waiting.add(client);
        return Promise.resolve(NOTHING);
      }
      if (!waiting.delete(client)) return send(statement, ...rest);
      if (ENDS.includes(statement)) return Promise.resolve(NOTHING);
      return sendFirst(send, statement as Statement, rest[0] as unknown[] | undefined);
    };
    client.query = query as typeof client.query;
  });
}

function sendFirst(send: Send, statement: Statement, values: unknown[] | undefined): Promise<Result> {
  const config = typeof statement === 'string' ? { text: statement, ...(values === undefined ? {} : { values }) } : statement;
  if (config.name === undefined && (config.values ?? []).length === 0) return sendAsText(send, config);
  return new Promise((resolve, reject) => {
    send(new FirstStatement(config, (error, result) => (error ? reject(error) : resolve(result))));
  });
}

/** Without values a text may have several statements, which the extended protocol does not take. An error in the first ends the others. */
async function sendAsText(send: Send, config: pg.QueryConfig): Promise<Result> {
  const [, ...results] = (await send({ ...config, text: `${BEGIN}; ${config.text}` })) as pg.QueryResult[];
  return results.length === 1 ? results[0]! : results;
}
