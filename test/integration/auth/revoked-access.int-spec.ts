import { vi } from 'vitest';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createHttpApplication } from '@app/platform/http/http-application.js';
import pg from 'pg';
import { ApiModule } from '../../../apps/api/src/api.module.js';
import { readSettings } from '../../../apps/settings.js';
import { PostgresRevokedAccess } from '../../../libs/auth/src/infrastructure/postgres-revoked-access.js';
import { type Customer, HttpClient, type Json, type ShowtimeFixture } from '../../support/http-client.js';
import { ADMIN, type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

const REVOKED = { status: 401, body: { code: 'auth.token-revoked' } };

describe('Access of a deactivated user', () => {
  let system: InProcessSystem;
  let second: NestFastifyApplication;
  let apis: HttpClient[];
  let showtime: ShowtimeFixture;
  let customer: Customer;

  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false });
    const settings = readSettings(system.env);
    second = await createHttpApplication(ApiModule.for(settings), settings);
    await second.listen(0, '127.0.0.1');
    apis = [system, new HttpClient(await second.getUrl(), ADMIN)];
    showtime = await system.createShowtime();
  }, 60_000);
  afterAll(async () => {
    await second?.close();
    await system?.close();
  });
  beforeEach(async () => {
    customer = await system.registerCustomer();
    for (const api of apis) expect((await api.get('/auth/me', { token: customer.token })).status).toBe(200);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const act = async (action: 'activate' | 'deactivate') =>
    system.expectOk('POST', `/users/${customer.id}/${action}`, { token: await system.adminToken() });
  const untilEverywhere = (status: number): Promise<unknown> =>
    until(
      async () => {
        const answers = await Promise.all(apis.map((api) => api.get('/auth/me', { token: customer.token })));
        return answers.every((answer) => answer.status === status);
      },
      { what: `the status ${status} in every process` },
    );

  it('every process notices a deactivation, and a later login', async () => {
    await act('deactivate');
    await untilEverywhere(401);
    for (const api of apis) expect(await api.hold(customer, showtime.showtimeId, ['A1'])).toMatchObject(REVOKED);
    await act('activate');
    // The deactivation ended the session: its token stays refused.
    customer = { ...customer, token: await system.logIn(customer.email, customer.password) };
    await untilEverywhere(200);
    expect((await apis[1]!.hold(customer, showtime.showtimeId, ['A1'])).status).toBe(201);
  });

  it('every route that takes a token refuses a revoked one', async () => {
    await act('deactivate');
    await untilEverywhere(401);
    const document: Json = (await system.get('//docs/openapi.json')).body;
    const routes = Object.entries<Json>(document.paths).flatMap(([path, operations]) =>
      Object.entries<Json>(operations as object)
        .filter(([, { security = [] }]) => security.some((scheme: object) => Object.keys(scheme).length > 0))
        .map(([method]) => ({ method: method.toUpperCase(), path: path.replaceAll(/\{\w+\}/g, customer.id) })),
    );
    expect(routes.length).toBeGreaterThan(30);
    for (const { method, path } of routes) {
      const answer = await system.call(method, `/${path}`.replace(/^\/\/api\/v1/, ''), { token: customer.token });
      expect({ method, path, code: answer.body?.code as string }).toEqual({ method, path, code: 'auth.token-revoked' });
    }
  });

  it('without the list a deactivated customer would hold seats', async () => {
    vi.spyOn(PostgresRevokedAccess.prototype, 'includes').mockResolvedValue(false);
    await act('deactivate');
    expect((await system.hold(customer, showtime.showtimeId, ['A2'])).status).toBe(201);
  });

  it('many requests cost one reading of the list a second', async () => {
    let readings = 0;
    const query = Reflect.get(pg.Client.prototype, 'query') as (...call: unknown[]) => never;
    vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...call: [unknown]) {
      if (/FROM auth.revoked_access/.test((call[0] as { text?: string }).text ?? '')) readings++;
      return query.apply(this, call);
    });
    const begin = performance.now();
    for (let i = 0; i < 5; i++) await Promise.all(Array.from({ length: 20 }, () => system.get('/auth/me', { token: customer.token })));
    expect(readings).toBeLessThanOrEqual(1 + Math.ceil((performance.now() - begin) / 1_000));
  });

  it('a list that cannot be read lets nobody in', async () => {
    await system.sql('ALTER TABLE auth.revoked_access RENAME TO away');
    try {
      await untilEverywhere(503);
    } finally {
      await system.sql('ALTER TABLE auth.away RENAME TO revoked_access');
    }
    await untilEverywhere(200);
  });

  it('the time that a token lives is real time, also where the clock is moved', async () => {
    await act('deactivate');
    await system.advanceClock({ minutes: 60 });
    await untilEverywhere(401);
    await system.expectOk('DELETE', '//sandbox/clock');
  });
});
