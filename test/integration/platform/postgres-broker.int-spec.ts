import { PostgresBroker } from '@app/platform/messaging/postgres-broker.js';
import { startPlatform } from '../../support/platform.js';
import { freshDatabase } from '../../support/postgres.js';
import { describeBroker } from './broker.contract.js';

describeBroker('PostgreSQL', async () => {
  const database = await freshDatabase();
  const platform = await startPlatform(database.url);
  return {
    open: (options, bury) => {
      const broker = new PostgresBroker(platform.database, options, bury);
      // A dead process neither polls nor settles: what it had in hand is left to its lease.
      const die = (): Promise<void> => {
        broker.abandon();
        return Promise.resolve();
      };
      return { broker, die };
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
