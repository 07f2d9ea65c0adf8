import type { Customer, HttpResponse, Json } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { assertInvariants } from '../../support/invariants.js';
import { buyTicket } from '../../support/payments.js';
import { until } from '../../support/until.js';

/** What a clerk does in an evening, with the rights of the role and nothing else. */
describe('A clerk', () => {
  let system: InProcessSystem;
  let clerk: Customer;
  let customer: Customer;
  let showtimeId: string;

  beforeAll(async () => {
    system = await startInProcessSystem();
    [clerk, customer] = [await system.registerCustomer(), await system.registerCustomer()];
    await system.expectOk('PUT', `/users/${clerk.id}/roles/box-office`, { token: await system.adminToken() });
    ({ showtimeId } = await system.createShowtime({ startsInMinutes: 60 }));
  }, 60_000);
  afterAll(() => system?.close());

  const asClerk = (method: string, path: string, body?: unknown): Promise<HttpResponse> =>
    system.call(method, path, { token: clerk.token, ...(body === undefined ? {} : { body }) });
  const checkIn = ({ code }: Json): Promise<HttpResponse> => asClerk('POST', '/admin/check-ins', { code });
  const cancel = ({ id }: Json, refund: string): Promise<HttpResponse> =>
    asClerk('POST', `/admin/reservations/${id}/cancel`, { refund, reason: 'At the till.' });

  it('a clerk sells seats for a card, finds the sale by its code, and admits people', async () => {
    const sale = await buyTicket(system, clerk, showtimeId, ['A1', 'A2']);
    expect(sale).toMatchObject({ status: 'confirmed', total: { amount: 2_500 } });
    const found = await asClerk('GET', `/admin/reservations?code=${sale.code}`);
    expect(found.body.data).toMatchObject([{ id: sale.id, customerId: clerk.id }]);
    const payments = await asClerk('GET', `/admin/payments?reservationId=${sale.id}`);
    expect(payments.body.data).toMatchObject([{ status: 'succeeded', captured: { amount: 2_500 } }]);
    const first = await checkIn(sale);
    expect([first.status, first.body.admittedBy]).toEqual([200, clerk.id]);
    expect(await checkIn(sale)).toMatchObject({ status: 409, body: { code: 'reservations.already-admitted', admittedBy: clerk.id } });
  });

  it('a clerk sells free tickets without Stripe', async () => {
    const free = await system.createShowtime({ startsInMinutes: 60, price: 0 });
    const { body: sale } = await system.hold(clerk, free.showtimeId, ['A1']);
    const payment = await system.startPayment(clerk, sale.id);
    expect(payment.body).toMatchObject({ status: 'succeeded', clientSecret: null, amount: { amount: 0 } });
    const isConfirmed = async () => (await system.reservation(clerk, sale.id)).status === 'confirmed';
    await until(isConfirmed, { what: 'the free ticket' });
    expect((await checkIn(sale)).status).toBe(200);
  });

  it.each([
    ['full', 1_250],
    ['policy', 0],
    ['none', 0],
  ])('cancels a customer’s reservation an hour before the start with the refund "%s"', async (refund, amount) => {
    const ticket = await buyTicket(system, customer, showtimeId, [{ full: 'B1', policy: 'B2', none: 'B3' }[refund]!]);
    const cancelled = await cancel(ticket, refund);
    expect(cancelled).toMatchObject({
      status: 200,
      body: { status: 'cancelled', endReason: 'cancelled-by-admin', refund: { amount: { amount } } },
    });
    expect((await checkIn(ticket)).body).toMatchObject({ status: 409, code: 'reservations.not-confirmed' });
    const hasArrived = async () => (await system.reservation(customer, ticket.id)).refund?.status === 'succeeded';
    if (amount > 0) await until(hasArrived, { what: 'the refund' });
    const acts = await system.expectOk('GET', `/admin/audit-trail?subject=${ticket.id}`, { token: await system.adminToken() });
    expect(acts.data).toMatchObject([{ actor: clerk.id, action: 'reservations.cancel-as-admin' }]);
  });

  it('a clerk refunds only by a cancellation, and changes no seats of customers', async () => {
    const ticket = await buyTicket(system, customer, showtimeId, ['C1']);
    const { body } = await asClerk('GET', `/admin/payments?reservationId=${ticket.id}`);
    const refund = await asClerk('POST', `/admin/payments/${body.data[0].id}/refunds`, { amount: 100, reason: 'Kindness.' });
    expect([refund.status, refund.body.code, refund.body.right]).toEqual([403, 'auth.right-missing', 'payments.refund']);
    expect((await asClerk('PUT', `/reservations/${ticket.id}/seats`, { seats: ['C2'] })).status).toBe(404);
    expect((await asClerk('GET', '/admin/reports/capacity?from=2026-11-01&to=2026-11-02')).status).toBe(403);
  });

  it('the invariants hold after an evening', () => assertInvariants(system), 30_000);
});
