import { vi } from 'vitest';
import { ApiKeyHandler } from '../../../libs/auth/src/application/queries/api-key.js';
import { WebhookEndpointHandler } from '../../../libs/subscriptions/src/application/queries/webhook-endpoint.js';
import { ADMIN, type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

const FAILS = `BEGIN RAISE EXCEPTION 'the database goes away' USING ERRCODE = '57P01'; END`;

/** What is done stays done: what only follows it must not answer for it. */
describe('Requests whose work is committed when the database goes away', () => {
  let system: InProcessSystem;
  let token: string;
  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false, env: { LOGIN_PER_ACCOUNT_PER_MINUTE: '10' } });
    token = await system.adminToken();
  }, 60_000);
  afterEach(async () => {
    vi.restoreAllMocks();
    await system.sql('DROP FUNCTION IF EXISTS public.go_away CASCADE');
  });
  afterAll(() => system?.close());

  /** Every such write fails, as if the connection had been cut right before. */
  async function failAt(event: 'INSERT OR UPDATE' | 'UPDATE', table: string): Promise<void> {
    await system.sql(`CREATE FUNCTION public.go_away() RETURNS trigger LANGUAGE plpgsql AS $$ ${FAILS} $$`);
    await system.sql(`CREATE TRIGGER go_away BEFORE ${event} ON ${table} FOR EACH ROW EXECUTE FUNCTION public.go_away()`);
  }

  it('a user is registered although the network cannot be remembered', async () => {
    await failAt('INSERT OR UPDATE', 'auth.login_networks');
    const user = { email: 'ada@example.org', password: 'seven quiet rows', fullName: 'Ada' };
    expect(await system.post('/auth/register', user)).toMatchObject({ status: 201, body: { email: user.email } });
    expect(await system.post('/auth/login', user)).toMatchObject({ status: 400 });
    expect((await system.post('/auth/login', { email: user.email, password: user.password })).status).toBe(200);
  });

  it('a user is logged in although the failure counted before cannot be given back', async () => {
    // The request is counted with INSERT … ON CONFLICT, which updates too: only what gives back takes points away.
    await system.sql(`CREATE FUNCTION public.go_away() RETURNS trigger LANGUAGE plpgsql AS $$ ${FAILS} $$`);
    await system.sql(`CREATE TRIGGER go_away BEFORE UPDATE ON platform.rate_limits FOR EACH ROW WHEN (NEW.points < OLD.points AND NEW.expire = OLD.expire)
                      EXECUTE FUNCTION public.go_away()`);
    const login = () => system.post('/auth/login', ADMIN);
    for (let i = 0; i < 2; i++) expect((await login()).status).toBe(200);
    const [{ count } = { count: 0 }] = await system.sql<{ count: number }>(
      'SELECT count(*)::int AS count FROM platform.rate_limits WHERE points > 0',
    );
    expect(count).toBeGreaterThan(0);
  });

  it('a secret that is shown once is shown although nothing can be read any more', async () => {
    vi.spyOn(ApiKeyHandler.prototype, 'execute').mockRejectedValue(new Error('the database went away'));
    vi.spyOn(WebhookEndpointHandler.prototype, 'execute').mockRejectedValue(new Error('the database went away'));
    const key = await system.post('/admin/api-keys', { client: 'Ticket wall', scopes: ['events:read'] }, { token });
    expect(key).toMatchObject({ status: 201, body: { client: 'Ticket wall', key: expect.stringMatching(/^cinema_/) } });
    const endpoint = await system.post('/admin/webhook-endpoints', { url: 'https://shop.example/', types: null }, { token });
    expect(endpoint).toMatchObject({ status: 201, body: { status: 'enabled', secret: expect.stringMatching(/^whsec_/) } });
    const rotated = await system.post(`/admin/webhook-endpoints/${endpoint.body.id}/rotate-secret`, undefined, { token });
    expect(rotated).toMatchObject({ status: 200, body: { id: endpoint.body.id, secret: expect.stringMatching(/^whsec_/) } });
    expect(rotated.body.secret).not.toBe(endpoint.body.secret);
  });
});
