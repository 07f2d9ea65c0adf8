import { Database } from '@app/platform/persistence/database.js';
import { startInProcessSystem } from '../../support/in-process-system.js';

describe('A system with long waits for a lock', () => {
  it.each([
    { longLockWaits: true, expected: { lock: '90s', statement: '100s', idle: '100s' } },
    // After the other one, so that its limits are seen to have ended with it.
    { longLockWaits: false, expected: { lock: '2s', statement: '5s', idle: '10s' } },
  ])('the limits of the api are $expected where long waits are $longLockWaits', async ({ longLockWaits, expected }) => {
    const system = await startInProcessSystem({ worker: false, longLockWaits });
    try {
      const limits = await system.api.get(Database).query(
        `SELECT current_setting('lock_timeout') AS lock, current_setting('statement_timeout') AS statement,
           current_setting('idle_in_transaction_session_timeout') AS idle`,
      );
      expect(limits).toEqual([expected]);
    } finally {
      await system.close();
    }
  });
});
