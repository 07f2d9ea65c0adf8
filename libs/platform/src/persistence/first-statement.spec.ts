import { EventEmitter } from 'node:events';
import pg from 'pg';
import { beginWithFirstStatement } from './first-statement.js';

/** A connection that notes the messages of the protocol. */
class Messages {
  readonly all: string[] = [];
  readonly parsedStatements = {};
  readonly submittedNamedStatements = {};
  readonly stream = {};
  readonly parse = ({ text }: { text: string }) => this.all.push(`parse ${text}`);
  readonly bind = () => this.all.push('bind');
  readonly describe = () => this.all.push('describe');
  readonly execute = () => this.all.push('execute');
  readonly sync = () => this.all.push('sync');
  readonly query = (text: string) => this.all.push(`query ${text}`);
}

/** Sends to `messages` and never answers. */
class SilentClient {
  constructor(private readonly messages: Messages) {}

  query(statement: unknown): Promise<never> {
    const query = statement instanceof pg.Query ? statement : new pg.Query(statement as string);
    query.submit(this.messages as unknown as pg.Connection);
    return new Promise(() => undefined);
  }
}

describe('beginWithFirstStatement', () => {
  let messages: Messages;
  let client: { query(text: string, values?: unknown[]): Promise<unknown> };
  beforeEach(async () => {
    messages = new Messages();
    client = new SilentClient(messages);
    const pool = new EventEmitter();
    beginWithFirstStatement(pool as unknown as pg.Pool);
    pool.emit('acquire', client);
    await client.query('START TRANSACTION');
  });

  it('one Sync follows both, so that a begin that fails ends both', () => {
    void client.query('DELETE FROM seats WHERE label = $1', ['A1']);
    expect(messages.all).toEqual([
      'parse START TRANSACTION',
      'bind',
      'execute',
      'parse DELETE FROM seats WHERE label = $1',
      'bind',
      'describe',
      'execute',
      'sync',
    ]);
  });

  it('a text without values is one message with the begin', () => {
    void client.query('DELETE FROM seats');
    expect(messages.all).toEqual(['query START TRANSACTION; DELETE FROM seats']);
  });

  it('the second statement has no begin', () => {
    for (const text of ['DELETE FROM seats', 'DELETE FROM rooms']) void client.query(text);
    expect(messages.all.slice(1)).toEqual(['query DELETE FROM rooms']);
  });
});
