import { Logger } from '@nestjs/common';
import { Alerts } from '@app/kernel/alerts.js';
import type { Database } from '@app/platform/persistence/database.js';
import { REQUEST_SLOT } from '@app/platform/concurrency/admission.js';
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

  describe('inside a request', () => {
    /** With a value of the request in its context, as every request has. */
    const inRequest = <T>(work: () => Promise<T>): Promise<T> => {
      const cls = platform.app.get(ClsService);
      return cls.run(() => {
        cls.set(REQUEST_SLOT, undefined);
        return work();
      });
    };

    it('what is written after a rehearsal is no rehearsal', async () => {
      const rehearsed = await inRequest(async () => {
        await transactions.rehearse(() => write('rehearsed'));
        return transactions.rehearsed;
      });
      expect(rehearsed).toBeNull();
    });

    it('a transaction that is rolled back takes no alert of another one with it', async () => {
      const begun = Promise.withResolvers<void>();
      const written = Promise.withResolvers<void>();
      await inRequest(async () => {
        const committed = transactions.run(async () => {
          await begun.promise;
          await write('committed');
          written.resolve();
        });
        const rolledBack = transactions.run(async () => {
          begun.resolve();
          await written.promise;
          await fail();
        });
        await Promise.allSettled([committed, rolledBack]);
      });
      expect([await kept(), raised]).toEqual([['committed'], ['committed']]);
    });
  });

  it('a committed transaction stays so where what follows it fails', async () => {
    await transactions.run(async () => {
      await write('one');
      transactions.afterCommit(() => {
        throw new Error('for the test');
      });
    });
    expect(await kept()).toEqual(['one']);
  });

  it('an alert outside a transaction is raised at once', async () => {
    await write('at once');
    expect(raised).toEqual(['at once']);
  });
});
