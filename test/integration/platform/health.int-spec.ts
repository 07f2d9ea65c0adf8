import type { HttpResponse } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

describe('Health', () => {
  let system: InProcessSystem;

  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false, longLockWaits: true, env: { AMQP_URL: 'amqp://127.0.0.1:1' } });
  }, 60_000);
  afterAll(() => system.close());

  it('no Express-style middleware runs before a request', () => {
    expect(system.api.getHttpAdapter().getInstance().hasPlugin('@fastify/middie')).toBe(false);
  });

  it('the api is ready while the broker is away, and reports it', async () => {
    expect(await system.get('//readyz')).toMatchObject({
      status: 200,
      body: { status: 'ready', checks: { database: 'up', broker: 'down' } },
    });
  });

  const readiness = async () => (({ status, body }) => ({ status, ...body }))(await system.get('//readyz'));
  async function untilReadinessIs(expected: object): Promise<void> {
    const isReached = async (): Promise<true> => {
      expect(await readiness()).toMatchObject(expected);
      return true;
    };
    await until(isReached, { what: JSON.stringify(expected) });
  }

  it('the api is not ready while a migration is missing', async () => {
    await system.sql(`CREATE TABLE public.kept AS SELECT * FROM public.migrations`);
    await system.sql(`DELETE FROM public.migrations WHERE id = (SELECT max(id) FROM public.migrations)`);
    await untilReadinessIs({ status: 'not ready', checks: { database: '1 migrations missing' } });
    expect((await system.get('//readyz')).status).toBe(503);
    await system.sql(`INSERT INTO public.migrations SELECT * FROM public.kept ON CONFLICT DO NOTHING`);
    await untilReadinessIs({ status: 'ready' });
  });

  it('however many ask for readiness, the database is asked once', async () => {
    const checks = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    const client = await system.database.connect();
    try {
      await client.query('BEGIN; LOCK TABLE public.migrations IN ACCESS EXCLUSIVE MODE');
      const asked: Promise<HttpResponse>[] = [];
      // For a moment, the result of the check before is repeated.
      await until(
        async () => {
          asked.push(...Array.from({ length: 10 }, () => system.get('//readyz')));
          return (await system.sql(checks)).length > 0;
        },
        { what: 'a check that waits for the lock' },
      );
      asked.push(...Array.from({ length: 30 }, () => system.get('//readyz')));
      expect((await system.get('//healthz')).status).toBe(200);
      expect(await system.sql(checks)).toHaveLength(1);
      await client.query('ROLLBACK');
      for (const { status } of await Promise.all(asked)) expect(status).toBe(200);
    } finally {
      client.release();
    }
  });

  it('health needs no token, and a bad token does not matter', async () => {
    expect((await system.get('//healthz', { token: 'nonsense' })).status).toBe(200);
    expect((await system.get('//readyz', { token: 'nonsense' })).status).toBe(200);
  });

  it('healthz answers without the database', async () => {
    await system.sql(`ALTER TABLE public.migrations RENAME TO gone`);
    expect(await system.get('//healthz')).toMatchObject({ status: 200, body: { status: 'alive' } });
    await untilReadinessIs({ checks: { database: expect.stringMatching(/^\d+ migrations missing$/) } });
    await system.sql(`ALTER TABLE public.gone RENAME TO migrations`);
  });
});
