import { vi } from 'vitest';
import type { Database } from '@app/platform/persistence/database.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { type Platform, startPlatform } from '../../support/platform.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';
import { textOfRequest } from '../../support/statements.js';

describe('The first statement of a transaction', () => {
  let fresh: FreshDatabase;
  let platform: Platform;
  let database: Database;
  let transactions: Transactions;
  let sent: string[] = [];

  beforeAll(async () => {
    fresh = await freshDatabase();
    platform = await startPlatform(fresh.url);
    database = platform.database;
    transactions = platform.app.get(Transactions);
    await database.query('CREATE TABLE words (word text PRIMARY KEY)');
    const query = Reflect.get(pg.Client.prototype, 'query') as (...call: unknown[]) => never;
    vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...call: [unknown]) {
      const text = textOfRequest(call[0]);
      if (text !== null) sent.push(text);
      return query.apply(this, call);
    });
  }, 60_000);
  afterAll(async () => {
    await platform?.app.close();
    await fresh?.drop();
  });
  beforeEach(async () => {
    await database.query('TRUNCATE words');
    sent = [];
  });

  const INSERT = 'INSERT INTO words VALUES ($1)';
  const write = (word: string): Promise<unknown> => database.query(INSERT, [word]);
  const writePrepared = (word: string): Promise<unknown> => database.prepared(INSERT, [word]);
  const words = async (): Promise<string[]> =>
    (await database.query<{ word: string }>('SELECT word FROM words ORDER BY word')).map(({ word }) => word);
  /** Whether PostgreSQL has a transaction that only `COMMIT` ends. */
  const inTransaction = async (): Promise<boolean> => {
    const [row] = await database.query<{ same: boolean }>(
      'SELECT xact_start <> statement_timestamp() AS same FROM pg_stat_activity WHERE pid = pg_backend_pid()',
    );
    return row!.same;
  };

  it.each([
    { kind: 'with values', writeOne: write },
    { kind: 'that is prepared', writeOne: writePrepared },
    { kind: 'without values', writeOne: (word: string) => database.query(`INSERT INTO words VALUES ('${word}')`) },
  ])('a statement $kind takes the begin along', async ({ writeOne }) => {
    for (const word of ['a', 'b']) {
      sent = [];
      await transactions.run(async () => {
        await writeOne(word);
        expect(await inTransaction()).toBe(true);
        await writeOne(`${word}2`);
      });
      expect(sent).toHaveLength(4);
    }
    expect(await words()).toEqual(['a', 'a2', 'b', 'b2']);
  });

  it.each([
    { kind: 'with values', writeOne: write },
    { kind: 'that is prepared', writeOne: writePrepared },
  ])('what a statement $kind wrote is gone when the transaction fails', async ({ writeOne }) => {
    for (const word of ['a', 'b']) {
      const failing = transactions.run(async () => {
        await writeOne(word);
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
    }
    expect(await words()).toEqual([]);
  });

  it('a statement that fails leaves a connection that works', async () => {
    await write('a');
    for (const writeOne of [write, writePrepared, writePrepared]) {
      await expect(transactions.run(() => writeOne('a'))).rejects.toMatchObject({ code: '23505' });
      await transactions.run(() => database.query('SELECT 1'));
      expect(await inTransaction()).toBe(false);
    }
    await transactions.run(() => writePrepared('b'));
    expect(await words()).toEqual(['a', 'b']);
  });

  it('a prepared statement that could not be parsed is parsed again', async () => {
    const later = (): Promise<unknown> => transactions.run(() => database.prepared('SELECT * FROM made_later WHERE n = $1', [1]));
    await expect(later()).rejects.toMatchObject({ code: '42P01' });
    await database.query('CREATE TABLE made_later (n int)');
    expect(await later()).toEqual([]);
    expect(await later()).toEqual([]);
  });

  it('a text of several statements is one transaction with what follows', async () => {
    const failing = transactions.run(async () => {
      await database.manager.query(`INSERT INTO words VALUES ('a'); INSERT INTO words VALUES ('b')`);
      await write('a');
    });
    await expect(failing).rejects.toMatchObject({ code: '23505' });
    expect(await words()).toEqual([]);
  });

  it('a transaction without a statement sends nothing', async () => {
    await transactions.run(() => Promise.resolve());
    expect(sent).toEqual([]);
  });

  it('a connection that is given back without an end begins nothing later', async () => {
    const runner = platform.app.get(DataSource).createQueryRunner();
    await runner.startTransaction();
    await runner.release();
    await words();
    expect(await inTransaction()).toBe(false);
  });
});
