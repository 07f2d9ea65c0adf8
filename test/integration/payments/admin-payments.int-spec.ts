import { eur, PaymentsApp } from './payments-app.js';

let app: PaymentsApp;
beforeAll(async () => {
  app = await PaymentsApp.start();
}, 60_000);
afterAll(() => app?.close());

describe('Admins', () => {
  it('an admin finds payments by reservation, status and intent, page by page', async () => {
    const token = await app.adminToken();
    for (let i = 0; i < 8; i++) await app.newPayment();
    const { reservation, paymentId, intentId } = await app.paidPayment();
    for (const query of [`reservationId=${reservation.id}`, `intentId=${intentId}`, `status=succeeded&intentId=${intentId}`]) {
      const { body } = await app.get(`/admin/payments?${query}`, { token });
      expect(body.data).toEqual([
        expect.objectContaining({
          id: paymentId,
          reservationId: reservation.id,
          customerId: reservation.customerId,
          intentId,
          captured: eur(2_500),
        }),
      ]);
      expect(JSON.stringify(body)).not.toContain('secret');
    }
    const all: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await app.get(`/admin/payments?limit=7${cursor === '' ? '' : `&cursor=${cursor}`}`, { token });
      all.push(...body.data.map(({ id }: { id: string }) => id));
      cursor = body.page.nextCursor as string | null;
    }
    expect(all).toEqual([...new Set(all)].sort().reverse());
    expect(all).toHaveLength(Number((await app.sql(`SELECT count(*) FROM payments.payments`))[0].count));
  });

  it('an invalid search is refused with 400, and a customer with 403', async () => {
    const token = await app.adminToken();
    for (const query of ['status=paid', 'reservationId=1', 'cursor=x', 'limit=0', 'intentId=%27', 'foo=1']) {
      expect([query, (await app.get(`/admin/payments?${query}`, { token })).status]).toEqual([query, 400]);
    }
    for (const query of ['status=lost', 'cursor=WyIyMDI2Il0', 'limit=1000']) {
      expect([query, (await app.get(`/admin/stripe-events?${query}`, { token })).status]).toEqual([query, 400]);
    }
    const { token: customer } = await app.newReservation();
    expect((await app.get('/admin/payments', { token: customer })).status).toBe(403);
    expect((await app.get('/admin/stripe-events', { token: customer })).status).toBe(403);
    expect((await app.get('/admin/stripe-events?limit=3', { token })).body.data).toHaveLength(3);
  });

  it('one Stripe event is read by its id, as the list shows it', async () => {
    const token = await app.adminToken();
    const [event] = (await app.expectOk('GET', '/admin/stripe-events?limit=1', { token })).data;
    expect(await app.expectOk('GET', `/admin/stripe-events/${event.id}`, { token })).toEqual(event);
    const refused = async (id: string) => (await app.get(`/admin/stripe-events/${id}`, { token })).status;
    expect([await refused('evt_none'), await refused('%00')]).toEqual([404, 400]);
  });

  it('the former route of Stripe events still answers', async () => {
    const token = await app.adminToken();
    const query = 'status=applied&limit=3';
    const current = await app.get(`/admin/stripe-events?${query}`, { token });
    const former = await app.get(`/admin/webhooks?${query}`, { token });
    expect([former.status, former.body]).toEqual([200, current.body]);
    const [{ id }] = current.body.data;
    const replayed = await app.post(`/admin/webhooks/${id}/replay`, undefined, { token });
    expect([replayed.status, replayed.body]).toEqual([200, current.body.data[0]]);
  });
});
