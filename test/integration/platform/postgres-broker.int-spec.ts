import { PostgresBroker } from '@app/platform/messaging/postgres-broker.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { startPlatform } from '../../support/platform.js';
import { freshDatabase } from '../../support/postgres.js';
import { describeBroker } from './broker.contract.js';

describeBroker('PostgreSQL', async () => {
  const database = await freshDatabase();
  const platform = await startPlatform(database.url);
  return {
    open: (options, storeDeadLetter) => {
      const broker = new PostgresBroker(platform.database, platform.app.get(Transactions), options, storeDeadLetter);
      // A killed process neither polls nor ends its deliveries: their leases expire.
      const crash = (): Promise<void> => {
        broker.abandon();
        return Promise.resolve();
      };
      return { broker, crash };
    },
    unrouted: async () => {
      const [row] = await platform.database.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM messaging.deliveries WHERE queue = 'cinema.unrouted'`,
      );
      return row!.count;
    },
    close: async () => {
      await platform.app.close();
      await database.drop();
    },
  };
});
