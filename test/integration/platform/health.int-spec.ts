import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

describe('Health', () => {
  let system: InProcessSystem;

  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false, env: { AMQP_URL: 'amqp://127.0.0.1:1' } });
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

  it('the api is not ready while a migration is missing', async () => {
    await system.sql(`CREATE TABLE public.kept AS SELECT * FROM public.migrations`);
    await system.sql(`DELETE FROM public.migrations WHERE id = (SELECT max(id) FROM public.migrations)`);
    expect(await system.get('//readyz')).toMatchObject({
      status: 503,
      body: { status: 'not ready', checks: { database: '1 migrations missing' } },
    });
    await system.sql(`INSERT INTO public.migrations SELECT * FROM public.kept ON CONFLICT DO NOTHING`);
    expect((await system.get('//readyz')).status).toBe(200);
  });

  it('health needs no token, and a bad token does not matter', async () => {
    expect((await system.get('//healthz', { token: 'nonsense' })).status).toBe(200);
    expect((await system.get('//readyz', { token: 'nonsense' })).status).toBe(200);
  });

  it('healthz answers without the database', async () => {
    await system.sql(`ALTER TABLE public.migrations RENAME TO gone`);
    expect(await system.get('//healthz')).toMatchObject({ status: 200, body: { status: 'alive' } });
    expect(await system.get('//readyz')).toMatchObject({
      status: 503,
      body: { checks: { database: expect.stringMatching(/^\d+ migrations missing$/) } },
    });
    await system.sql(`ALTER TABLE public.gone RENAME TO migrations`);
  });
});
