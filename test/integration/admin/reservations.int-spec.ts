import type { HttpResponse, Customer, Json, ShowtimeFixture } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

const UNKNOWN_ID = '01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11';

describe('Reservations for admins', () => {
  let system: InProcessSystem;
  let admin: { token: string; id: string };
  let anna: Customer;
  let ben: Customer;
  let showtime: ShowtimeFixture;

  beforeAll(async () => {
    system = await startInProcessSystem();
    const token = await system.adminToken();
    admin = { token, id: (await system.expectOk('GET', '/auth/me', { token })).id as string };
    [anna, ben] = (await system.registerCustomers(2)) as [Customer, Customer];
  });
  afterAll(() => system.close());
  beforeEach(async () => {
    showtime = await system.createShowtime();
    await system.sql('DELETE FROM platform.audit_trail');
  });

  async function held(customer: Customer, seats: string[]): Promise<Json> {
    const { status, body } = await system.hold(customer, showtime.showtimeId, seats);
    expect(status).toBe(201);
    return body;
  }

  const search = (query: string, token = admin.token): Promise<HttpResponse> => system.get(`/admin/reservations?${query}`, { token });
  const idsOf = async (query: string): Promise<string[]> => (await search(query)).body.data.map(({ id }: Json) => id as string);
  const cancel = (
    id: string,
    body: object = { refund: 'full', reason: 'The projector broke.' },
    token = admin.token,
  ): Promise<HttpResponse> => system.post(`/admin/reservations/${id}/cancel`, body, { token });
  const auditEntries = (subject: string): Promise<Json[]> =>
    system.expectOk('GET', `/admin/audit-trail?subject=${subject}`, { token: admin.token }).then(({ data }) => data as Json[]);

  it.each([
    ['GET', '/admin/reservations'],
    ['GET', `/admin/reservations/${UNKNOWN_ID}`],
    ['POST', `/admin/reservations/${UNKNOWN_ID}/cancel`],
    ['GET', `/admin/showtimes/${UNKNOWN_ID}/cancellation`],
  ])('only an admin may call %s %s', async (method, path) => {
    const body = method === 'POST' ? { refund: 'full', reason: 'Because.' } : undefined;
    expect((await system.call(method, path, { body })).status).toBe(401);
    expect((await system.call(method, path, { body, token: anna.token })).status).toBe(403);
  });

  it('an unknown reservation or cancellation is answered with 404', async () => {
    expect((await system.get(`/admin/reservations/${UNKNOWN_ID}`, { token: admin.token })).body.code).toBe('reservations.not-found');
    expect((await cancel(UNKNOWN_ID)).status).toBe(404);
    const progress = await system.get(`/admin/showtimes/${showtime.showtimeId}/cancellation`, { token: admin.token });
    expect([progress.status, progress.body.code]).toEqual([404, 'reservations.no-cancellation-run']);
    expect(await auditEntries(UNKNOWN_ID)).toEqual([]);
  });

  it.each([
    ['showtimeId=x'],
    ['customerId=1'],
    ['status=lost'],
    ['status=held,lost'],
    ['sort=price'],
    ['disputed=perhaps'],
    ['code=short'],
    ['code=UUUUUUUU'],
    ['limit=0'],
    ['limit=101'],
    ['cursor=rubbish'],
    ['colour=red'],
  ])('a search by %s is refused', async (query) => {
    expect((await search(query)).status).toBe(400);
  });

  it('several values of a filter list any of them, in the order that is asked for', async () => {
    const later = await system.createShowtime({ startsInMinutes: 48 * 60 });
    const first = await held(anna, ['A1']);
    const { body: far } = await system.hold(anna, later.showtimeId, ['A1']);
    const second = await held(ben, ['A2']);
    await system.expectOk('DELETE', `/reservations/${second.id}`, { token: ben.token });
    const of = `showtimeId=${showtime.showtimeId},${later.showtimeId}`;
    const [a, b, c] = [first.id, far.id, second.id] as string[];
    expect(await idsOf(of)).toEqual([c, b, a]);
    expect(await idsOf(`${of}&sort=createdAt`)).toEqual([a, b, c]);
    expect(await idsOf(`${of}&sort=startsAt`)).toEqual([a, c, b]);
    expect(await idsOf(`${of}&sort=-startsAt&status=held,cancelled`)).toEqual([b, c, a]);
    expect(await idsOf(`${of}&status=held`)).toEqual([b, a]);
    expect(await idsOf(`${of}&customerId=${ben.id},${anna.id}&disputed=false&noShow=false`)).toEqual([c, b, a]);
    expect(await idsOf(`${of}&disputed=true`)).toEqual([]);
    expect(await idsOf(`${of}&noShow=true`)).toEqual([]);
    const { body: page } = await search(`${of}&sort=startsAt&limit=2`);
    const rest = await search(`${of}&sort=startsAt&limit=2&cursor=${page.page.nextCursor}`);
    expect(rest.body.data.map(({ id }: Json) => id)).toEqual([b]);
    // A cursor belongs to its order.
    expect((await search(`${of}&cursor=${page.page.nextCursor}`)).status).toBe(400);
    const own = (query: string) => system.expectOk('GET', `/reservations?${of}&${query}`, { token: anna.token });
    expect((await own('sort=startsAt&status=held,confirmed')).data.map(({ id }: Json) => id)).toEqual([a, b]);
    expect((await own('sort=-startsAt')).data.map(({ id }: Json) => id)).toEqual([b, a]);
  });

  it.each([
    [{}],
    [{ refund: 'half', reason: 'Because.' }],
    [{ refund: 'full' }],
    [{ refund: 'full', reason: '   ' }],
    [{ refund: 'full', reason: 'x'.repeat(501) }],
    [{ refund: 'full', reason: 'Because.', amount: 5 }],
  ])('a cancellation with %j is refused', async (body) => {
    expect((await cancel(UNKNOWN_ID, body)).status).toBe(400);
  });

  it('a reservation is shown as its owner sees it, with the owner', async () => {
    const { id } = await held(anna, ['A1']);
    const own = await system.reservation(anna, id);
    expect((await search(`showtimeId=${showtime.showtimeId}`)).body.data).toEqual([{ ...own, customerId: anna.id, admittedBy: null }]);
    expect((await system.get(`/admin/reservations/${id}`, { token: admin.token })).body).toEqual({
      ...own,
      customerId: anna.id,
      admittedBy: null,
    });
  });

  it('reservations are found by showtime, customer, status and code', async () => {
    const ofAnna = await held(anna, ['A1']);
    const ofBen = await held(ben, ['A2']);
    const cancelled = await held(ben, ['A3']);
    await system.expectOk('DELETE', `/reservations/${cancelled.id}`, { token: ben.token });
    const ofShowtime = `showtimeId=${showtime.showtimeId}`;
    expect(await idsOf(ofShowtime)).toEqual([cancelled.id, ofBen.id, ofAnna.id]);
    expect(await idsOf(`${ofShowtime}&customerId=${ben.id}`)).toEqual([cancelled.id, ofBen.id]);
    expect(await idsOf(`${ofShowtime}&status=held`)).toEqual([ofBen.id, ofAnna.id]);
    expect(await idsOf(`${ofShowtime}&status=cancelled&customerId=${ben.id}&code=${cancelled.code}`)).toEqual([cancelled.id]);
    expect(await idsOf(`code=${ofAnna.code}`)).toEqual([ofAnna.id]);
    expect(await idsOf(`code=${ofAnna.code}&customerId=${ben.id}`)).toEqual([]);
    expect(await idsOf(`showtimeId=${UNKNOWN_ID}`)).toEqual([]);
  });

  it('a booking code is found with confused letters and digits', async () => {
    const { id, code } = await held(anna, ['A1']);
    const confused = (code as string).toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l');
    expect(await idsOf(`code=${confused}`)).toEqual([id]);
  });

  it('pages are newest first and stable while reservations are made', async () => {
    const made: string[] = [];
    for (const seat of ['A1', 'A2', 'A3']) made.unshift((await held(anna, [seat])).id);
    for (const seat of ['B1', 'B2']) made.unshift((await held(ben, [seat])).id);
    const listed: string[] = [];
    let cursor = '';
    for (let page = 0; page < 3; page++) {
      const { body } = await search(`showtimeId=${showtime.showtimeId}&limit=2${cursor}`);
      listed.push(...body.data.map(({ id }: Json) => id as string));
      if (page === 0) await held(ben, ['C1']);
      cursor = `&cursor=${body.page.nextCursor}`;
      expect(body.page.nextCursor === null).toBe(page === 2);
    }
    expect(listed).toEqual(made);
  });
});
