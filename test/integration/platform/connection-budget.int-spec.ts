import { vi } from 'vitest';
import { Logger } from '@nestjs/common';
import { ConnectionBudget } from '@app/platform/persistence/connection-budget.js';
import { startPlatform } from '../../support/platform.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';

describe('The connections of the server', () => {
  let database: FreshDatabase;

  beforeEach(async () => {
    database = await freshDatabase();
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await database.drop();
  });

  async function warningsWith(pool: number): Promise<unknown[]> {
    const { app } = await startPlatform(database.url, { DATABASE_POOL: String(pool) });
    try {
      const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
      await app.get(ConnectionBudget).check();
      return warn.mock.calls.map(([line]: unknown[]) => line).filter((line) => (line as { alert?: string }).alert !== undefined);
    } finally {
      await app.close();
    }
  }

  it('a pool that the server cannot fill is warned about at the start', async () => {
    expect(await warningsWith(500)).toContainEqual(expect.objectContaining({ alert: 'database-connections-short', pool: 500 }));
  });

  it('a pool that fits is not mentioned', async () => {
    expect(await warningsWith(4)).toEqual([]);
  });
});
