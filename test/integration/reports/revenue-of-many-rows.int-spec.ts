import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { readingOf } from '../../support/list-readings.js';

const ROWS = 200_000;
const DAYS = 3_650;

describe('The revenue of 200,000 payments in ten years', () => {
  let system: InProcessSystem;
  let token: string;

  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false });
    token = await system.adminToken();
    await system.sql(
      `INSERT INTO reports.reservations (reservation_id, showtime_id, seats_sold, sequence)
       SELECT md5(i::text)::uuid, md5((i / 10)::text)::uuid, 1, 1 FROM generate_series(1, $1::int) i`,
      [ROWS],
    );
    await system.sql(
      `INSERT INTO reports.money (id, payment_id, reservation_id, amount, currency, at, sequence, lost_in_dispute)
       SELECT id, id, id, 100, 'EUR', now() - i * interval '${DAYS} days' / $1::int, 1, false
       FROM (SELECT i, md5(i::text)::uuid AS id FROM generate_series(1, $1::int) i) payments`,
      [ROWS],
    );
    await system.sql('ANALYZE reports.reservations, reports.money');
  }, 120_000);
  afterAll(() => system?.close());

  const day = (daysAgo: number): string => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
  const readingSince = (daysAgo: number) => {
    const path = `/admin/reports/revenue?groupBy=theatre&from=${day(daysAgo)}&to=${day(0)}`;
    return readingOf(system, { path, token, table: 'reservations', statement: /reports\.money/ });
  };

  it.each([1, 20, 30])('the revenue of the last %i days reads no table from one end to the other', async (daysAgo) => {
    const { sequentially, rows } = await readingSince(daysAgo);
    expect(sequentially).toEqual([]);
    expect(rows).toBeLessThan(((daysAgo + 5) * ROWS) / DAYS);
  });

  it('the revenue of a year reads every reservation once', async () => {
    expect((await readingSince(364)).sequentially).toEqual(['reservations']);
  });
});
