import { vi } from 'vitest';
import { Database } from '@app/platform/persistence/database.js';
import { expiringInUse } from '../../../libs/auth/src/domain/api-key.js';
import { ApiKeys } from '../../../libs/auth/src/domain/api-keys.js';
import { AuthRetention } from '../../../libs/auth/src/infrastructure/auth.schedule.js';
import { PostgresApiKeys } from '../../../libs/auth/src/infrastructure/postgres-api-keys.js';
import type { Json } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

const SCOPES = ['events:read'];

describe('API keys, and the events that they read', () => {
  let system: InProcessSystem;
  let token: string;
  let clients = 0;

  beforeAll(async () => {
    system = await startInProcessSystem();
    token = await system.adminToken();
  }, 60_000);
  afterAll(() => system?.close());
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const newClient = (): string => `Client ${++clients}`;
  const create = (client = newClient()): Promise<Json> =>
    system.expectOk('POST', '/admin/api-keys', { token, body: { client, scopes: SCOPES } });
  const events = (key: string, query = '') => system.get(`/events${query}`, { token: key });
  const nextOf = (headers: Headers): string => /^<\/api\/v1(.+)>; rel="next"$/.exec(headers.get('link') ?? '')![1]!;

  it('a key is shown once, and stored nowhere', async () => {
    const { status, headers, body } = await system.post('/admin/api-keys', { client: '  Ticket   wall ', scopes: SCOPES }, { token });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/api/v1/admin/api-keys/${body.id}`);
    const { id: createdBy } = await system.expectOk('GET', '/auth/me', { token });
    expect(body).toMatchObject({ client: 'Ticket wall', scopes: SCOPES, createdBy, lastUsedAt: null, revokedAt: null, expiresAt: null });
    expect(body.key).toMatch(new RegExp(`^${body.prefix}_[0-9a-f]{64}$`));
    const { key, ...shown } = body;
    expect(await system.expectOk('GET', `/admin/api-keys/${body.id}`, { token })).toEqual(shown);
    expect((await system.expectOk('GET', '/admin/api-keys?client=Ticket%20wall', { token })).data).toEqual([shown]);
    for (const table of ['auth.api_keys', 'platform.audit_trail', 'platform.idempotency_keys', 'messaging.outbox'])
      expect(await system.sql(`SELECT FROM ${table} t WHERE t::text LIKE '%' || $1 || '%'`, [key.slice(-64)])).toEqual([]);
  });

  it('an idempotency key is refused, and no API key is made', async () => {
    const client = newClient();
    const { status, body } = await system.post(
      '/admin/api-keys',
      { client, scopes: SCOPES },
      { token, headers: { 'idempotency-key': 'once' } },
    );
    expect([status, body.errors]).toEqual([400, [expect.objectContaining({ header: 'Idempotency-Key', rule: 'notHonoured' })]]);
    expect((await system.expectOk('GET', `/admin/api-keys?client=${encodeURIComponent(client)}`, { token })).data).toEqual([]);
  });

  it('a key reads events, and its last use is known', async () => {
    const { id, key } = await create();
    const page = await until(async () => ((await events(key)).body.length > 0 ? events(key) : undefined), { what: 'an event' });
    expect(page.headers.get('content-type')).toMatch(/^application\/cloudevents-batch\+json/);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.body[0]).toMatchObject({ specversion: '1.0', type: 'auth.user-registered.v1', source: 'urn:cinema:auth', sequence: 1 });
    const { lastUsedAt } = await system.expectOk('GET', `/admin/api-keys/${id}`, { token });
    expect(Date.now() - Date.parse(lastUsedAt as string)).toBeLessThan(60_000);
  });

  it('following Link to the end reads each event once, and goes on there', async () => {
    const { key } = await create();
    await system.createShowtime();
    const isPublished = async () => (await system.sql('SELECT FROM messaging.outbox WHERE published_position IS NULL')).length === 0;
    await until(isPublished, { what: 'the publication of every event' });
    const seen: string[] = [];
    const readToTheEnd = async (from: string): Promise<string> => {
      for (let path = from; ;) {
        const { body, headers } = await system.get(path, { token: key });
        seen.push(...body.map(({ id }: Json) => id as string));
        if (nextOf(headers) === path) return path;
        path = nextOf(headers);
      }
    };
    const end = await readToTheEnd('/events?limit=3');
    const stored = () => system.sql<{ id: string }>('SELECT id FROM messaging.outbox ORDER BY published_position');
    expect(seen).toEqual((await stored()).map(({ id }) => id));
    await system.registerCustomer();
    await until(isPublished, { what: 'the publication of the new events' });
    await readToTheEnd(end);
    expect(seen).toEqual((await stored()).map(({ id }) => id));
  });

  it('types are filtered, and an unknown one is refused', async () => {
    const { key } = await create();
    const page = await events(key, '?type=rooms.theatre-opened.v1,rooms.room-opened.v1&limit=1000');
    expect([...new Set(page.body.map(({ type }: Json) => type))].sort()).toEqual(['rooms.room-opened.v1', 'rooms.theatre-opened.v1']);
    expect(await events(key, '?type=rooms.theatre-opned.v1')).toMatchObject({
      status: 400,
      body: { errors: [{ parameter: 'type', rule: 'eventType' }] },
    });
    expect(await events(key, '?type=*')).toMatchObject({ status: 400, body: { errors: [{ parameter: 'type' }] } });
    expect(await events(key, '?cursor=x')).toMatchObject({ status: 400, body: { errors: [{ parameter: 'cursor', rule: 'cursor' }] } });
    expect(await events(key, '?limit=1001')).toMatchObject({ status: 400, body: { errors: [{ parameter: 'limit', rule: 'max' }] } });
  });

  it('a cursor before deleted events is 410, and says how long events are kept', async () => {
    const { key } = await create();
    const { headers } = await events(key, '?limit=1');
    const [{ position } = { position: '0' }] = await system.sql<{ position: string }>(
      `SELECT position FROM messaging.feed_positions WHERE name = 'deleted'`,
    );
    await system.sql(`UPDATE messaging.feed_positions SET position = 2 WHERE name = 'deleted'`);
    const refused = await system.get(nextOf(headers), { token: key });
    await system.sql(`UPDATE messaging.feed_positions SET position = $1 WHERE name = 'deleted'`, [position]);
    expect(refused).toMatchObject({ status: 410, body: { code: 'events.cursor-too-old', keptDays: 90 } });
  });

  it('a revoked key is refused at once, and stays in the list', async () => {
    const { id, key } = await create();
    expect((await events(key)).status).toBe(200);
    const revoked = await system.expectOk('DELETE', `/admin/api-keys/${id}`, { token });
    expect(revoked).toMatchObject({ id, revokedAt: expect.any(String) });
    const refused = await events(key);
    expect(refused).toMatchObject({ status: 401, body: { code: 'auth.api-key-revoked' } });
    expect(refused.headers.get('www-authenticate')).toContain('error="invalid_token"');
    expect(await system.expectOk('DELETE', `/admin/api-keys/${id}`, { token })).toEqual(
      await system.expectOk('GET', `/admin/api-keys/${id}`, { token }),
    );
  });

  it('a key is refused from its expiry on, stays in the list, and counts no more', async () => {
    const client = newClient();
    const expiresAt = '2099-01-01T00:00:00.000Z';
    const create = () => system.post('/admin/api-keys', { client, scopes: SCOPES, expiresAt: '2099-01-01T01:00:00+01:00' }, { token });
    const [{ body }] = [await create(), await create()];
    expect(body).toMatchObject({ expiresAt });
    expect(await create()).toMatchObject({ status: 409, body: { code: 'auth.too-many-api-keys' } });
    expect((await events(body.key)).status).toBe(200);
    await system.sql(`UPDATE auth.api_keys SET expires_at = now(), last_used_at = NULL WHERE id = $1`, [body.id]);
    const refused = await events(body.key);
    expect(refused).toMatchObject({ status: 401, body: { code: 'auth.api-key-expired' } });
    expect(refused.headers.get('www-authenticate')).toContain('error="invalid_token"');
    const listed = await system.expectOk('GET', `/admin/api-keys/${body.id}`, { token });
    expect(listed).toMatchObject({ expiresAt: expect.any(String), lastUsedAt: null, revokedAt: null });
    expect(Date.parse(listed.expiresAt as string)).toBeLessThanOrEqual(Date.now());
    expect((await create()).status).toBe(201);
  });

  it('a key that was revoked before its expiry is refused as revoked', async () => {
    const { id, key } = await create();
    await system.expectOk('DELETE', `/admin/api-keys/${id}`, { token });
    await system.sql(`UPDATE auth.api_keys SET expires_at = now() WHERE id = $1`, [id]);
    expect(await events(key)).toMatchObject({ status: 401, body: { code: 'auth.api-key-revoked' } });
  });

  it('an expiry in the past is refused, and names the field', async () => {
    const body = { client: newClient(), scopes: SCOPES, expiresAt: new Date().toISOString() };
    const { status, body: problem } = await system.post('/admin/api-keys', body, { token });
    expect(status).toBe(422);
    expect(problem).toMatchObject({ code: 'auth.api-key-expiry-in-the-past', errors: [{ pointer: '/expiresAt' }] });
  });

  it('keys in use that expire soon are found, those that expired long ago deleted', async () => {
    const keys = await Promise.all([1, 2, 3, 4].map(() => create()));
    const set = (key: Json, expires: string, used: string | null) =>
      system.sql(`UPDATE auth.api_keys SET expires_at = now() + $2::interval, last_used_at = now() + $3::interval WHERE id = $1`, [
        key.id,
        expires,
        used,
      ]);
    await set(keys[0], '3 days', '-1 hour');
    await set(keys[1], '20 days', '-1 hour');
    await set(keys[2], '3 days', null);
    await set(keys[3], '-91 days', '-91 days');
    const found = await system.api.get(ApiKeys).expiring(expiringInUse(new Date()));
    expect(found).toEqual([{ id: keys[0]!.id, client: keys[0]!.client, prefix: keys[0]!.prefix, expiresAt: expect.any(Date) }]);
    const rule = new AuthRetention(system.api.get(Database)).rules.find(({ deletedRows }) => deletedRows === 'auth.api_keys, expired');
    await rule!.deleteBatch();
    expect((await system.get(`/admin/api-keys/${keys[3]!.id}`, { token })).status).toBe(404);
  });

  it.each([
    ['of another secret', (key: string) => `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`],
    ['of an unknown prefix', (key: string) => key.replace(/_[0-9a-f]{12}_/, '_000000000000_')],
    ['that is cut off', (key: string) => key.slice(0, -1)],
    ['that is its prefix', (key: string) => key.slice(0, 19)],
  ])('a key %s is refused', async (_what, change) => {
    const { key } = await create();
    expect(await events(change(key as string))).toMatchObject({ status: 401, body: { code: 'auth.bad-api-key' } });
  });

  it('a key without the scope is refused, and the refusal names it', async () => {
    const { id, key } = await create();
    await system.sql(`UPDATE auth.api_keys SET scopes = '{other:read}' WHERE id = $1`, [id]);
    expect(await events(key)).toMatchObject({ status: 403, body: { code: 'auth.scope-missing', scope: 'events:read' } });
  });

  it.each(['/auth/me', '/users', '/admin/api-keys', '/admin/audit-trail', '/reservations'])('a key is a bad token at %s', async (path) => {
    const { key } = await create();
    expect(await system.get(path, { token: key })).toMatchObject({ status: 401, body: { code: 'auth.bad-token' } });
  });

  it('users read events by their right alone', async () => {
    const customer = await system.registerCustomer();
    expect(await events(customer.token)).toMatchObject({ status: 403, body: { code: 'auth.right-missing', right: 'events.read' } });
    expect((await events(token)).status).toBe(200);
    expect(await system.get('/events')).toMatchObject({ status: 401, body: { code: 'auth.token-missing' } });
  });

  it('a client has two keys, also when three are asked for at once', async () => {
    const client = newClient();
    const body = { client, scopes: SCOPES };
    const answers = await Promise.all([1, 2, 3].map(() => system.post('/admin/api-keys', body, { token })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'auth.too-many-api-keys' });
    const [first] = answers.filter(({ status }) => status === 201);
    await system.expectOk('DELETE', `/admin/api-keys/${first!.body.id}`, { token });
    expect((await create(client)).client).toBe(client);
  });

  it('without the lock of the client, three at once would get three', async () => {
    vi.spyOn(PostgresApiKeys.prototype as unknown as { lockClient(): Promise<void> }, 'lockClient').mockResolvedValue();
    const body = { client: newClient(), scopes: SCOPES };
    const open = () => system.post('/admin/api-keys', body, { token });
    const answers = await whileKeysAreReadOnly({ waiting: 3 }, () => Promise.all([open(), open(), open()]));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
  });

  /** Each caller reads, and waits to insert until `waiting` of them do: what each has read is certain. */
  async function whileKeysAreReadOnly<T>({ waiting }: { waiting: number }, work: () => Promise<T>): Promise<T> {
    const blocker = await system.database.connect();
    try {
      await blocker.query('BEGIN; LOCK TABLE auth.api_keys IN SHARE MODE');
      const working = work();
      const waits = `SELECT FROM pg_locks WHERE relation = 'auth.api_keys'::regclass AND NOT granted`;
      await until(async () => (await system.sql(waits)).length === waiting, { what: `${waiting} callers to wait`, intervalMs: 5 });
      await blocker.query('COMMIT');
      return await working;
    } finally {
      blocker.release(true);
    }
  }

  it.each([
    [{ client: '', scopes: SCOPES }],
    [{ client: 'A', scopes: [] }],
    [{ client: 'A', scopes: ['everything'] }],
    [{ client: 'A' }],
    [{ scopes: SCOPES }],
    [{ client: 'A', scopes: SCOPES, expiresAt: null }],
    [{ client: 'A', scopes: SCOPES, expiresAt: '2099-01-01T00:00:00' }],
  ])('the request %j is refused', async (body) => {
    expect(await system.post('/admin/api-keys', body, { token })).toMatchObject({ status: 400 });
  });

  it('a subscriber that was away catches up with thousands of events, each once', async () => {
    const { key } = await create();
    await system.sql(
      `WITH added AS (INSERT INTO messaging.outbox (id, type, subject, sequence, time, data, published_at)
         SELECT gen_random_uuid(), 'reservations.hold-extended.v1', gen_random_uuid(), 2, now(),
           jsonb_build_object('reservationId', gen_random_uuid(), 'heldUntil', now(), 'note', repeat('x', 300)), now()
         FROM generate_series(1, 20000) RETURNING 1) SELECT count(*) FROM added`,
    );
    const isNumbered = async () => (await system.sql('SELECT FROM messaging.outbox WHERE published_position IS NULL LIMIT 1')).length === 0;
    await until(isNumbered, { timeoutMs: 60_000, what: 'the numbers' });
    const seen = new Set<string>();
    let [read, path] = [0, '/events?limit=1000'];
    const startedAt = performance.now();
    for (;;) {
      const { body, headers } = await system.get(path, { token: key, headers: { 'accept-encoding': 'identity' } });
      read += body.length;
      for (const { id } of body) seen.add(id as string);
      if (body.length === 0) break;
      path = nextOf(headers);
    }
    const perSecond = Math.round(read / ((performance.now() - startedAt) / 1_000));
    process.stdout.write(`Catching up: ${perSecond} events/s\n`);
    expect(read).toBeGreaterThanOrEqual(20_000);
    expect(seen.size).toBe(read);
    expect(await system.sql('SELECT FROM messaging.outbox WHERE NOT id = ANY ($1)', [[...seen]])).toEqual([]);
  }, 120_000);
});
