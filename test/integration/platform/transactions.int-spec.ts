import { Logger } from '@nestjs/common';
import { Alerts } from '@app/kernel/alerts.js';
import type { Database } from '@app/platform/persistence/database.js';
import { IDEMPOTENT_REQUEST } from '@app/platform/persistence/idempotency.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { ClsService } from 'nestjs-cls';
import { type Platform, startPlatform } from '../../support/platform.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';

describe('Transactions', () => {
  let fresh: FreshDatabase;
  let platform: Platform;
  let database: Database;
  let transactions: Transactions;
  let alerts: Alerts;
  const raised: unknown[] = [];

  beforeAll(async () => {
    fresh = await freshDatabase();
    platform = await startPlatform(fresh.url);
    database = platform.database;
    transactions = platform.app.get(Transactions);
    alerts = platform.app.get(Alerts);
    await database.query('CREATE TABLE kept (word text)');
    Logger.overrideLogger({ log: () => undefined, warn: () => undefined, error: (line: { word: string }) => raised.push(line.word) });
  }, 60_000);
  afterAll(async () => {
    Logger.overrideLogger(false);
    await platform?.app.close();
    await fresh?.drop();
  });
  beforeEach(async () => {
    await database.query('TRUNCATE kept');
    raised.length = 0;
  });

  /** Writes a row and raises an alert about it. */
  async function write(word: string): Promise<void> {
    await database.query('INSERT INTO kept VALUES ($1)', [word]);
    alerts.raise('test-alert', 'for the test', { word });
  }

  async function fail(): Promise<never> {
    return Promise.reject(new Error('no'));
  }

  const kept = async (): Promise<string[]> => (await database.query<{ word: string }>('SELECT word FROM kept')).map(({ word }) => word);

  it('alerts are raised after the outermost transaction has committed', async () => {
    await transactions.run(async () => {
      await write('one');
      await transactions.run(() => write('two'));
      expect(raised).toEqual([]);
    });
    expect([await kept(), raised]).toEqual([
      ['one', 'two'],
      ['one', 'two'],
    ]);
  });

  it('a transaction that is rolled back raises no alert', async () => {
    const work = transactions.run(async () => {
      await write('one');
      await fail();
    });
    await expect(work).rejects.toThrow('no');
    expect([await kept(), raised]).toEqual([[], []]);
  });

  it('alerts of a savepoint are raised where it was kept, and dropped where not', async () => {
    await transactions.run(async () => {
      await write('before');
      await transactions.savepoint(() => write('kept'));
      await transactions
        .savepoint(async () => {
          await transactions.savepoint(() => write('inner'));
          await write('outer');
          await fail();
        })
        .catch(() => undefined);
      await write('after');
    });
    expect(await kept()).toEqual(['before', 'kept', 'after']);
    expect(raised).toEqual(['before', 'kept', 'after']);
  });

  it('an effect that answers nothing is done once for one key', async () => {
    const cls = platform.app.get(ClsService);
    const send = (): Promise<boolean> =>
      cls.run(async () => {
        const request = { scope: 'POST /words', key: 'once', fingerprint: 'the body', used: false, replayed: false };
        cls.set(IDEMPOTENT_REQUEST, request);
        await transactions.idempotently(() => write('one'));
        return request.replayed;
      });
    expect([await send(), await send()]).toEqual([false, true]);
    expect(await kept()).toEqual(['one']);
  });

  it('an alert outside a transaction is raised at once', async () => {
    await write('at once');
    expect(raised).toEqual(['at once']);
  });
});
