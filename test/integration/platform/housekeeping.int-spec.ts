import { newId } from '@app/kernel/id.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

describe('Housekeeping', () => {
  let system: InProcessSystem;
  const counts = async (table: string): Promise<number> =>
    (await system.sql<{ n: number }>(`SELECT count(*)::int AS n FROM platform.${table}`))[0]!.n;

  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false, env: { TICK_HOUSEKEEPING_MS: '50', AUDIT_TRAIL_KEPT_DAYS: '30' } });
  });
  afterAll(() => system?.close());

  it('old audit entries and expired counters are deleted, the others stay', async () => {
    const entriesBefore = await counts('audit_trail');
    // More than one batch.
    await system.sql(
      `INSERT INTO platform.audit_trail (id, at, actor, action, subject, details)
       SELECT gen_random_uuid(), now() - (CASE WHEN i <= 6000 THEN 31 ELSE 29 END) * interval '1 day', $1, 'test.act', i::text, '{}'
       FROM generate_series(1, 6010) i`,
      [newId()],
    );
    await system.sql(
      `INSERT INTO platform.rate_limits (key, points, expire)
       SELECT 'test:' || i, 1, CASE WHEN i <= 6000 THEN $1::bigint ELSE $2::bigint END FROM generate_series(1, 6010) i`,
      [Date.now() - 1, Date.now() + 600_000],
    );
    await system.startWorker();
    await until(async () => (await counts('audit_trail')) === entriesBefore + 10, { what: 'the old entries to go' });
    await until(async () => (await counts('rate_limits')) === 10, { what: 'the expired counters to go' });
    expect(await system.sql(`SELECT FROM platform.audit_trail WHERE action = 'test.act' AND at > now() - interval '30 days'`)).toHaveLength(
      10,
    );
  });
});
