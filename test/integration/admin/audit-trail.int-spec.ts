import type { HttpResponse, Customer, Json } from '../../support/http-client.js';
import { paymentIntentOf } from '../../support/payments.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

describe('Audit trail', () => {
  let system: InProcessSystem;
  let token: string;
  let anna: Customer;

  beforeAll(async () => {
    system = await startInProcessSystem();
    token = await system.adminToken();
    anna = await system.registerCustomer();
  });
  afterAll(() => system.close());

  const read = (query: string): Promise<HttpResponse> => system.get(`/admin/audit-trail?${query}`, { token });

  it('the audit trail is for admins, and invalid filters are refused', async () => {
    expect((await system.get('/admin/audit-trail')).status).toBe(401);
    expect((await system.get('/admin/audit-trail', { token: anna.token })).status).toBe(403);
    for (const query of ['actor=me', 'subject=', 'limit=x', 'cursor=x', 'colour=red', `action=${'x'.repeat(101)}`]) {
      expect((await read(query)).status).toBe(400);
    }
  });

  it('entries are listed newest first, by filter and page by page', async () => {
    const scene = await system.createShowtime();
    const ids: string[] = [];
    for (const seat of ['A1', 'A2', 'A3']) {
      const { body } = await system.hold(anna, scene.showtimeId, [seat]);
      await system.expectOk('POST', `/admin/reservations/${body.id}/cancel`, { token, body: { refund: 'none', reason: seat } });
      ids.unshift(body.id as string);
    }
    const mine = 'action=reservations.cancel-as-admin';
    const all = (await read(mine)).body.data as Json[];
    expect(all.map(({ subject }) => subject as string)).toEqual(ids);
    const first = (await read(`${mine}&limit=2`)).body;
    const second = (await read(`${mine}&limit=2&cursor=${first.page.nextCursor}`)).body;
    expect([...first.data, ...second.data]).toEqual(all);
    expect(second.page.nextCursor).toBeNull();
    expect((await read(`${mine}&subject=${ids[1]}`)).body.data).toEqual([all[1]]);
    expect((await read(`${mine}&actor=${all[0].actor}`)).body.data).toEqual(all);
    expect((await read(`${mine}&actor=${anna.id}`)).body.data).toEqual([]);
  });

  describe('Entries', () => {
    let adminId: string;

    beforeAll(async () => {
      adminId = (await system.expectOk('GET', '/auth/me', { token })).id as string;
    });

    const entriesOn = async (subject: string): Promise<Json[]> => (await read(`subject=${subject}`)).body.data as Json[];
    const doTwice = async (method: string, path: string, body?: unknown): Promise<void> => {
      for (let i = 0; i < 2; i++) await system.expectOk(method, path, { token, body });
    };

    it('each change of a user has an entry, a refused or repeated one has none', async () => {
      const { id } = await system.registerCustomer();
      for (const act of ['promote', 'demote', 'deactivate', 'activate']) await doTwice('POST', `/users/${id}/${act}`);
      const entries = await entriesOn(id);
      expect(entries.map(({ action }) => action as string).reverse()).toEqual([
        'auth.promote-user',
        'auth.demote-user',
        'auth.deactivate-user',
        'auth.activate-user',
      ]);
      expect(entries.every(({ actor }) => actor === adminId)).toBe(true);

      expect((await system.post(`/users/${adminId}/demote`, undefined, { token })).status).toBe(409);
      expect(await entriesOn(adminId)).toMatchObject([{ action: 'auth.create-first-admin', actor: null }]);
    });

    it('each change of a showtime, a movie and a room has one entry', async () => {
      const scene = await system.createShowtime();
      expect((await system.delete(`/movies/${scene.movieId}`, { token })).status).toBe(409);
      expect((await system.delete(`/rooms/${scene.roomId}`, { token })).status).toBe(409);
      expect([...(await entriesOn(scene.movieId)), ...(await entriesOn(scene.roomId))]).toMatchObject([
        { action: 'movies.add-movie' },
        { action: 'rooms.open-room' },
      ]);

      const startsAt = new Date(Date.parse(scene.startsAt) + 3_600_000).toISOString();
      await doTwice('PATCH', `/showtimes/${scene.showtimeId}`, { startsAt });
      await doTwice('DELETE', `/showtimes/${scene.showtimeId}?reason=Flood`);
      await doTwice('DELETE', `/movies/${scene.movieId}`);
      await doTwice('DELETE', `/rooms/${scene.roomId}`);
      expect(await entriesOn(scene.showtimeId)).toMatchObject([
        { action: 'showtimes.cancel-showtime', actor: adminId, details: { reason: 'Flood' } },
        { action: 'showtimes.change-showtime', actor: adminId, details: { startsAt } },
        { action: 'showtimes.schedule-showtime', actor: adminId },
      ]);
      expect(await entriesOn(scene.movieId)).toMatchObject([
        { action: 'movies.retire-movie', actor: adminId, details: { cancelShowtimes: false } },
        { action: 'movies.add-movie', actor: adminId },
      ]);
      expect(await entriesOn(scene.roomId)).toMatchObject([
        { action: 'rooms.close-room', actor: adminId },
        { action: 'rooms.open-room', actor: adminId },
      ]);
    });

    it('a retried refund and a replayed Stripe event have an entry', async () => {
      const scene = await system.createShowtime();
      const { body: reservation } = await system.hold(anna, scene.showtimeId, ['A1']);
      const intent = await paymentIntentOf(system, anna, reservation.id);
      await system.stripe.paymentIntents.confirm(intent, { payment_method: 'pm_card_refundFail' });
      await until(async () => (await system.reservation(anna, reservation.id)).status === 'confirmed', { what: 'the confirmation' });
      await system.expectOk('POST', `/admin/reservations/${reservation.id}/cancel`, {
        token,
        body: { refund: 'full', reason: 'Because.' },
      });
      const payment = async (): Promise<Json> =>
        (await system.expectOk('GET', `/admin/payments?reservationId=${reservation.id}`, { token })).data[0];
      const refund = await until(async () => (await payment()).refunds.find(({ status }: Json) => status === 'failed'), {
        what: 'the refund to fail',
      });
      await system.expectOk('POST', `/admin/refunds/${refund.id}/retry`, { token });
      expect(await entriesOn(refund.id)).toMatchObject([{ action: 'payments.retry-refund', actor: adminId }]);

      const { data: webhooks } = await system.expectOk('GET', '/admin/webhooks?status=applied&limit=1', { token });
      await system.expectOk('POST', `/admin/webhooks/${webhooks[0].id}/replay`, { token });
      expect(await entriesOn(webhooks[0].id)).toMatchObject([
        { action: 'payments.replay-webhook', actor: adminId, details: { status: 'applied' } },
      ]);
      expect((await system.post('/admin/webhooks/evt_none/replay', undefined, { token })).status).toBe(404);
      expect(await entriesOn('evt_none')).toEqual([]);
    });
  });
});
