import type { PoolClient } from 'pg';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { pay } from '../../support/payments.js';
import { until } from '../../support/until.js';

/**
 * Both events are published before a worker runs, so that it receives them at the same moment. In one transaction they would hold the locks of two
 * showtimes, in an order that holds and cancellation runs do not have: a circle of four waits was possible.
 */
describe('Settlements of two showtimes', () => {
  let system: InProcessSystem;
  let holder: PoolClient;

  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false, longLockWaits: true, env: { SETTLE_AFTER_MS: '600000' } });
    holder = await system.database.connect();
  }, 60_000);
  afterAll(async () => {
    holder?.release();
    await system?.close();
  });

  it('a settlement that waits for its showtime keeps no other waiting', async () => {
    const customers = await system.registerCustomers(2);
    const holds = await Promise.all(
      customers.map(async (customer) => {
        const { showtimeId } = await system.createShowtime();
        const { body } = await system.hold(customer, showtimeId, ['A1']);
        await pay(system, customer, body.id);
        return { customer, showtimeId, id: body.id as string };
      }),
    );
    const settled = 'SELECT FROM payments.payments WHERE settled_at IS NOT NULL';
    await until(async () => (await system.sql(settled)).length === 2, { what: 'both webhooks' });
    const [waiting, free] = [holds[0]!, holds[1]!];
    const statusOf = async ({ customer, id }: typeof free) => (await system.reservation(customer, id)).status;

    await holder.query(`SELECT pg_advisory_lock(hashtextextended('showtime ' || $1::uuid, 0))`, [waiting.showtimeId]);
    try {
      await system.startWorker();
      await until(async () => (await statusOf(free)) === 'confirmed', { what: 'the other reservation to be confirmed' });
      expect(await statusOf(waiting)).toBe('held');
    } finally {
      await holder.query('SELECT pg_advisory_unlock_all()');
    }
    await until(async () => (await statusOf(waiting)) === 'confirmed', { what: 'the reservation that waited to be confirmed' });
  }, 120_000);
});
