import { newId } from '@app/kernel/id.js';
import type { Customer, HttpResponse, Json } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

const TYPE = 'test.nobody-listens.v1';
const UNKNOWN_ID = '01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11';

describe('Parked events', () => {
  let system: InProcessSystem;
  let token: string;
  let anna: Customer;

  beforeAll(async () => {
    system = await startInProcessSystem();
    token = await system.adminToken();
    anna = await system.registerCustomer();
  }, 60_000);
  afterAll(() => system.close());
  beforeEach(async () => {
    await system.sql('DELETE FROM messaging.outbox WHERE type LIKE $1', ['test.%']);
    await system.sql('DELETE FROM platform.audit_trail');
  });

  const list = (query = ''): Promise<HttpResponse> => system.get(`/admin/outbox?${query}`, { token });
  const show = (id: string): Promise<Json> => system.expectOk('GET', `/admin/outbox/${id}`, { token });
  const release = (body: unknown): Promise<HttpResponse> => system.post('/admin/outbox/release', body, { token });
  const auditEntries = async (): Promise<Json[]> =>
    (await system.expectOk('GET', '/admin/audit-trail?action=messaging.release-outbox-rows', { token })).data as Json[];
  const published = (id: string): Promise<unknown> =>
    until(async () => (await show(id)).status === 'published', { what: 'the event to be published' });

  async function park(type = TYPE): Promise<string> {
    const id = newId();
    await system.sql(
      `INSERT INTO messaging.outbox (id, type, subject, sequence, time, data, attempts, refused_since, refused_at, parked_at)
       VALUES ($1, $2, $3, 1, now(), '{"n":1}', 30, now(), now(), now())`,
      [id, type, newId()],
    );
    return id;
  }

  it.each([
    ['GET', '/admin/outbox'],
    ['GET', `/admin/outbox/${UNKNOWN_ID}`],
    ['POST', '/admin/outbox/release'],
    ['POST', `/admin/outbox/${UNKNOWN_ID}/release`],
  ])('parked events are for admins only: %s %s', async (method, path) => {
    const body = path.endsWith('outbox/release') ? { type: TYPE } : undefined;
    expect((await system.call(method, path, { body })).status).toBe(401);
    expect((await system.call(method, path, { body, token: anna.token })).status).toBe(403);
  });

  it.each([[{}], [{ ids: [] }], [{ ids: ['x'] }], [{ type: '' }], [{ ids: [UNKNOWN_ID], type: TYPE }]])(
    'a release with %j is refused',
    async (body) => {
      expect((await release(body)).status).toBe(400);
    },
  );

  it('parked events are listed newest first, by type, and with their data', async () => {
    const [first, second, other] = [await park(), await park(), await park('test.other.v1')];
    expect((await list('status=parked')).body.data.map(({ id }: Json) => id as string)).toEqual([other, second, first]);
    const page = (await list(`type=${TYPE}&limit=1`)).body;
    expect(page.data).toMatchObject([{ id: second, status: 'parked', type: TYPE, attempts: 30 }]);
    expect((await list(`type=${TYPE}&limit=1&cursor=${page.page.nextCursor}`)).body.data).toMatchObject([{ id: first }]);
    expect(await show(first)).toMatchObject({ id: first, status: 'parked', data: { n: 1 } });
    for (const query of ['status=lost', 'type=', 'colour=red']) expect((await list(query)).status).toBe(400);
  });

  it('a released event is published, once, with an audit entry', async () => {
    const id = await park();
    expect((await system.post(`/admin/outbox/${id}/release`, undefined, { token })).body).toEqual({ released: 1, skipped: 0, parked: 0 });
    await published(id);
    expect((await release({ ids: [id] })).body).toEqual({ released: 0, skipped: 1, parked: 0 });
    expect(await auditEntries()).toMatchObject([{ subject: id, details: { ids: [id], released: [id] } }]);
  });

  it('the events of a type are released together', async () => {
    const ids = [await park(), await park()];
    const other = await park('test.other.v1');
    expect((await release({ type: TYPE })).body).toEqual({ released: 2, skipped: 0, parked: 0 });
    for (const id of ids) await published(id);
    expect((await show(other)).status).toBe('parked');
    expect(await auditEntries()).toMatchObject([{ subject: TYPE, details: { released: ids } }]);
  });

  it('an unknown id is answered with 404 and nothing is released', async () => {
    const id = await park();
    expect((await system.get(`/admin/outbox/${UNKNOWN_ID}`, { token })).status).toBe(404);
    expect(await release({ ids: [id, UNKNOWN_ID] })).toMatchObject({
      status: 404,
      body: { code: 'messaging.outbox-row-not-found', unknownIds: [UNKNOWN_ID] },
    });
    expect((await show(id)).status).toBe('parked');
  });
});
