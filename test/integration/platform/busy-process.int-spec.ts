import { Settings } from '@app/platform/config/settings.js';
import { LimitedDataSource, dataSourceOptions } from '@app/platform/persistence/data-source.js';
import { readSettings } from '../../../apps/settings.js';
import { testEnvironment } from '../../support/in-process-system.js';
import { freshDatabase } from '../../support/postgres.js';
import { until } from '../../support/until.js';

/** Longer than a server may be silent. */
const BUSY_MS = 3_500;

describe('A process that is too busy to read', () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let dataSource: LimitedDataSource;

  beforeAll(async () => {
    database = await freshDatabase();
    const settings = readSettings(testEnvironment({ DATABASE_URL: database.url })).get(Settings);
    dataSource = await new LimitedDataSource(dataSourceOptions(settings, 'api'), 'api').initialize();
  });
  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  it('a process without a processor does not take the server for a silent one', async () => {
    // Two connections are open: to open one may take longer than the statement runs.
    await Promise.all([1, 2].map(() => dataSource.query('SELECT pg_sleep(0.1)')));
    const answer = dataSource.query('SELECT 1 AS one FROM pg_sleep(2)');
    const isRunning = async (): Promise<boolean> =>
      (await dataSource.query(`SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(2)' AND state = 'active'`)).length > 0;
    await until(isRunning, { what: 'the statement to run' });
    // Nothing of this process runs meanwhile, as when it has no processor.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_MS);
    expect(await answer).toEqual([{ one: 1 }]);
  });
});
