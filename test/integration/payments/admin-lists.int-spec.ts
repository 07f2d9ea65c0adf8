/** The lists of admins over many rows: each page is read from an index. */
import { vi } from 'vitest';
import { newId } from '@app/kernel/id.js';
import { Database } from '@app/platform/persistence/database.js';
import { PaymentsApp } from './payments-app.js';

const ROWS = 200_000;
const DISPUTES = 2_000;
const PAGE = 20;

let app: PaymentsApp;
let token: string;
beforeAll(async () => {
  app = await PaymentsApp.start({ worker: false });
  token = await app.adminToken();
  await app.sql(
    `INSERT INTO payments.stripe_events (id, type, livemode, occurred_at, received_at, status, body)
     SELECT 'evt_' || i, 'payment_intent.succeeded', false, now(), now() - i * interval '1 second', 'applied', '{}' FROM generate_series(1, $1) i`,
    [ROWS],
  );
  await app.sql(
    `INSERT INTO payments.payments (id, version, reservation_id, customer_id, amount, currency, status, captured, captured_currency, refunded, created_at)
     SELECT gen_random_uuid(), 1, gen_random_uuid(), gen_random_uuid(), 100, 'EUR', 'succeeded', 100, 'EUR', 0, now() FROM generate_series(1, $1)`,
    [ROWS],
  );
  await app.sql(
    `INSERT INTO payments.refunds (id, payment_id, reason, amount, currency, status, failed_stripe_refund_ids, created_at)
     SELECT gen_random_uuid(), id, 'goodwill', 10, 'EUR', 'succeeded', '[]', now() FROM payments.payments`,
  );
  await app.sql(
    `INSERT INTO payments.disputes (id, payment_id, amount, currency, status, recorded_at)
     SELECT 'du_' || id, id, 100, 'EUR', 'needs_response', now() FROM payments.payments ORDER BY id LIMIT $1`,
    [DISPUTES],
  );
  await app.sql('ANALYZE payments.stripe_events, payments.payments, payments.refunds, payments.disputes');
}, 120_000);
afterAll(() => app?.close());

/** The plans of the statements that a request reads these tables with. */
async function plansOf(request: () => Promise<{ status: number }>): Promise<string[]> {
  const spies = (['query', 'prepared'] as const).map((method) => vi.spyOn(app.nest.get(Database), method));
  const { status } = await request();
  const calls = spies.flatMap((spy): (readonly [string, (readonly unknown[])?])[] => spy.mock.calls);
  const statements = calls.filter(([sql]) => /^\s*SELECT/.test(sql) && sql.includes('payments.'));
  for (const spy of spies) spy.mockRestore();
  expect([status, statements.length > 0]).toEqual([200, true]);
  const plans = statements.map(([sql, parameters]) => app.sql<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, parameters as unknown[]));
  return (await Promise.all(plans)).map((rows) => rows.map((row) => row['QUERY PLAN']).join('\n'));
}

describe('A list of admins', () => {
  it.each([
    '/admin/payments',
    '/admin/payments?status=succeeded',
    '/admin/payments?status=failed',
    '/admin/payments?status=succeeded,failed',
    `/admin/payments?reservationId=${newId()},${newId()}&status=succeeded,failed`,
    '/admin/payments?intentId=pi_1,pi_2',
    `/admin/payments?reservationId=${newId()}`,
    '/admin/payments?intentId=pi_1',
    '/admin/refunds',
    '/admin/refunds?status=failed',
    '/admin/refunds?status=succeeded',
    '/admin/refunds?status=failed,succeeded',
    `/admin/refunds?paymentId=${newId()}`,
    `/admin/refunds?paymentId=${newId()},${newId()}`,
    '/admin/stripe-events',
    '/admin/stripe-events?status=applied',
    '/admin/stripe-events?status=parked',
    '/admin/stripe-events?status=parked,applied',
  ])('%s reads a page of an index', async (path) => {
    for (const plan of await plansOf(() => app.get(path, { token }))) {
      expect(plan).toContain('Index');
      expect(plan).not.toContain('Seq Scan');
      const sorted = [...plan.matchAll(/Sort {2}\(.*rows=(\d+)/g)].map(([, rows]) => Number(rows));
      for (const rows of sorted) expect(rows).toBeLessThanOrEqual(PAGE);
    }
  });

  it('a list without its index is found', async () => {
    await app.sql('DROP INDEX payments.stripe_events_by_time');
    const [plan] = await plansOf(() => app.get('/admin/stripe-events', { token }));
    expect(plan).toContain('Seq Scan');
  });
});
