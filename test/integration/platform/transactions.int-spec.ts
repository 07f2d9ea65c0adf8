import { Logger } from '@nestjs/common';
import { Alerts } from '@app/kernel/alerts.js';
import type { Database } from '@app/platform/persistence/database.js';
import { type Platform, startPlatform } from '../../support/platform.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';

describe('A transaction', () => {
  let fresh: FreshDatabase;
  let platform: Platform;
  let database: Database;
  let alerts: Alerts;
  const heard: unknown[] = [];

  beforeAll(async () => {
    fresh = await freshDatabase();
    platform = await startPlatform(fresh.url);
    database = platform.database;
    alerts = platform.app.get(Alerts);
    await database.query('CREATE TABLE kept (word text)');
    Logger.overrideLogger({ log: () => undefined, warn: () => undefined, error: (line: { word: string }) => heard.push(line.word) });
  }, 60_000);
  afterAll(async () => {
    Logger.overrideLogger(false);
    await platform?.app.close();
    await fresh?.drop();
  });
  beforeEach(async () => {
    await database.query('TRUNCATE kept');
    heard.length = 0;
  });

  /** A row and an alert about it. */
  async function say(word: string): Promise<void> {
    await database.query('INSERT INTO kept VALUES ($1)', [word]);
    alerts.raise('refund-failed', 'for the test', { word });
  }

  async function fail(): Promise<never> {
    return Promise.reject(new Error('no'));
  }

  const kept = async (): Promise<string[]> => (await database.query<{ word: string }>('SELECT word FROM kept')).map(({ word }) => word);

  it('keeps its alerts to itself until it has committed', async () => {
    await database.transaction(async () => {
      await say('one');
      await database.transaction(() => say('two'));
      expect(heard).toEqual([]);
    });
    expect([await kept(), heard]).toEqual([
      ['one', 'two'],
      ['one', 'two'],
    ]);
  });

  it('that is rolled back raises none', async () => {
    const work = database.transaction(async () => {
      await say('one');
      await fail();
    });
    await expect(work).rejects.toThrow('no');
    expect([await kept(), heard]).toEqual([[], []]);
  });

  it('raises what a savepoint kept, and nothing of what a savepoint took back', async () => {
    await database.transaction(async () => {
      await say('before');
      await database.savepoint(() => say('kept'));
      await database
        .savepoint(async () => {
          await database.savepoint(() => say('inner'));
          await say('outer');
          await fail();
        })
        .catch(() => undefined);
      await say('after');
    });
    expect(await kept()).toEqual(['before', 'kept', 'after']);
    expect(heard).toEqual(['before', 'kept', 'after']);
  });

  it('is not needed for an alert', async () => {
    await say('at once');
    expect(heard).toEqual(['at once']);
  });
});
