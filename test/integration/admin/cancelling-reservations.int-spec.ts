import type { HttpResponse, Customer, Json, ShowtimeFixture } from '../../support/http-client.js';
import { amountKeptAtStripe, buyTicket } from '../../support/payments.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

describe('Cancelling a reservation as an admin', () => {
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

  const cancel = (
    id: string,
    body: object = { refund: 'full', reason: 'The projector broke.' },
    token = admin.token,
  ): Promise<HttpResponse> => system.post(`/admin/reservations/${id}/cancel`, body, { token });
  const auditEntries = (subject: string): Promise<Json[]> =>
    system.expectOk('GET', `/admin/audit-trail?subject=${subject}`, { token: admin.token }).then(({ data }) => data as Json[]);
  const cancellations = async (id: string): Promise<number> =>
    (await system.sql(`SELECT 1 FROM messaging.outbox WHERE subject = $1 AND type = 'reservations.reservation-cancelled.v1'`, [id])).length;

  it('a cancelled hold frees its seats and has an audit entry', async () => {
    const { id } = await held(anna, ['A1']);
    const { status, body } = await system.post(
      `/admin/reservations/${id}/cancel`,
      { refund: 'policy', reason: '  Asked for at the desk. ' },
      { token: admin.token, headers: { 'x-request-id': `desk-${id}` } },
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ id, customerId: anna.id, status: 'cancelled', endReason: 'cancelled-by-admin', refund: null });
    expect((await system.hold(ben, showtime.showtimeId, ['A1'])).status).toBe(201);
    expect(await auditEntries(id)).toEqual([
      {
        id: expect.any(String) as string,
        at: expect.any(String) as string,
        actor: admin.id,
        action: 'reservations.cancel-as-admin',
        subject: id,
        details: { was: 'held', refundDue: { amount: 0, currency: 'EUR' }, refund: 'policy', reason: 'Asked for at the desk.' },
        requestId: `desk-${id}`,
      },
    ]);
  });

  it.each([
    ['everything with full, also after the policy has ended', 'full', 110, 1_250],
    ['everything with policy, before the policy has ended', 'policy', 24 * 60, 1_250],
    ['nothing with policy, after the policy has ended', 'policy', 110, 0],
    ['nothing with none', 'none', 24 * 60, 0],
  ])('a cancellation refunds %s', async (_, refund, startsInMinutes, back) => {
    showtime = await system.createShowtime({ startsInMinutes });
    const before = await amountKeptAtStripe(system);
    const { id } = await buyTicket(system, anna, showtime.showtimeId, ['A1']);
    expect((await cancel(id, { refund, reason: 'Because.' })).status).toBe(200);
    await until(async () => (await amountKeptAtStripe(system)) === before + 1_250 - back, { what: 'the money to go back' });
    await until(
      async () => {
        expect((await system.reservation(anna, id)).refund).toEqual({
          amount: { amount: back, currency: 'EUR' },
          status: 'succeeded',
          reason: 'reservation-cancelled',
          paidOutAt: null,
        });
        return true;
      },
      { what: 'the refund to show' },
    );
  });

  it('a repeated cancellation changes nothing', async () => {
    const before = await amountKeptAtStripe(system);
    const { id } = await buyTicket(system, anna, showtime.showtimeId, ['A1']);
    const first = await cancel(id, { refund: 'none', reason: 'Misbehaved.' });
    const again = await cancel(id, { refund: 'full', reason: 'Another reason.' });
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.body).toEqual(first.body);
    expect(await cancellations(id)).toBe(1);
    expect(await auditEntries(id)).toHaveLength(1);
    expect((await amountKeptAtStripe(system)) - before).toBe(1_250);
  });

  it('ten admins at once cancel a reservation once', async () => {
    const before = await amountKeptAtStripe(system);
    const { id } = await buyTicket(system, anna, showtime.showtimeId, ['A1', 'A2']);
    const answers = await Promise.all(Array.from({ length: 10 }, () => cancel(id)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(await cancellations(id)).toBe(1);
    expect(await auditEntries(id)).toHaveLength(1);
    await until(async () => (await amountKeptAtStripe(system)) === before, { what: 'the money to go back' });
    expect(
      await system.sql('SELECT 1 FROM payments.refunds r JOIN payments.payments p ON p.id = r.payment_id WHERE p.reservation_id = $1', [
        id,
      ]),
    ).toHaveLength(1);
  });

  it('an admin and the customer at once cancel a reservation once', async () => {
    const before = await amountKeptAtStripe(system);
    const { id } = await buyTicket(system, anna, showtime.showtimeId, ['A1']);
    const [mine, theirs] = await Promise.all([cancel(id), system.delete(`/reservations/${id}`, { token: anna.token })]);
    expect([mine.status, theirs.status]).toEqual([200, 200]);
    expect(await cancellations(id)).toBe(1);
    const { endReason } = await system.reservation(anna, id);
    expect(await auditEntries(id)).toHaveLength(endReason === 'cancelled-by-admin' ? 1 : 0);
    await until(async () => (await amountKeptAtStripe(system)) === before, { what: 'the money to go back' });
  });

  it('an expired reservation cannot be cancelled', async () => {
    const { id } = await held(anna, ['A1']);
    await system.advanceClock({ minutes: 31 });
    await until(async () => (await system.reservation(anna, id)).status === 'expired', { what: 'the hold to expire' });
    const { status, body } = await cancel(id);
    expect([status, body.code]).toEqual([410, 'reservations.hold-expired']);
    expect(await auditEntries(id)).toEqual([]);
  });

  it('a completed reservation cannot be cancelled', async () => {
    const { id } = await buyTicket(system, anna, showtime.showtimeId, ['A1']);
    await system.advanceClock({ minutes: 24 * 60 + 100 + 61 });
    await until(async () => (await system.reservation(anna, id)).status === 'completed', { what: 'the reservation to be completed' });
    const { status, body } = await cancel(id);
    expect([status, body.code]).toEqual([409, 'reservations.already-completed']);
    expect(await auditEntries(id)).toEqual([]);
  });

  it('without its audit entry a cancellation is rolled back', async () => {
    const { id } = await buyTicket(system, anna, showtime.showtimeId, ['A1']);
    await system.sql('ALTER TABLE platform.audit_trail ADD CONSTRAINT no_entry CHECK (false) NOT VALID');
    try {
      expect((await cancel(id)).status).toBe(500);
    } finally {
      await system.sql('ALTER TABLE platform.audit_trail DROP CONSTRAINT no_entry');
    }
    expect((await system.reservation(anna, id)).status).toBe('confirmed');
    expect(await cancellations(id)).toBe(0);
    expect((await cancel(id)).status).toBe(200);
  });
});
