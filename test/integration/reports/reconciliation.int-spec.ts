import { randomUUID } from 'node:crypto';
import type { Customer, Json, ShowtimeFixture } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { assertInvariants } from '../../support/invariants.js';
import { buyTicket, confirmIntent, paymentIntentOf } from '../../support/payments.js';
import { until } from '../../support/until.js';

/** What is planted here is planted while no worker runs: its searches would mend most of it before it is seen. */
describe('GET /admin/reports/reconciliation', () => {
  let system: InProcessSystem;
  let token: string;
  let showtime: ShowtimeFixture;
  let customer: Customer;
  let second: Customer;
  /** Ids of reservations. */
  let tickets: string[];
  let cancelled: string;
  let partlyRefunded: string;
  let refundFailed: string;
  let held: string;

  beforeAll(async () => {
    system = await startInProcessSystem();
    token = await system.adminToken();
    showtime = await system.createShowtime({ rows: 2, seatsPerRow: 20 });
    const free = await system.createShowtime({ price: 0 });
    // A customer has at most three holds at once.
    const customers = await system.registerCustomers(4);
    [customer, second] = customers as [Customer, Customer];
    const buy = async (seat: string, index: number): Promise<string> =>
      (await buyTicket(system, customers[index % 4]!, showtime.showtimeId, [seat])).id;
    [cancelled = '', partlyRefunded = '', ...tickets] = await Promise.all(['A2', 'A3', 'A4', 'A5', 'A6', 'A7', 'A8', 'A9'].map(buy));
    await system.expectOk('DELETE', `/reservations/${cancelled}`, { token: customer.token });
    await system.stripe.refunds.create({ payment_intent: (await paymentOf(partlyRefunded)).intentId, amount: 250 });
    const goodwill = { amount: 100, reason: 'The heating was off.' };
    await system.expectOk('POST', `/admin/payments/${(await paymentOf(tickets[0]!)).id}/refunds`, { token, body: goodwill });
    const freeTicket = (await system.hold(second, free.showtimeId, ['A1'])).body.id;
    await system.expectOk('POST', `/reservations/${freeTicket}/payment`, { token: second.token });
    refundFailed = (await system.hold(second, showtime.showtimeId, ['A10'])).body.id;
    const intent = await paymentIntentOf(system, second, refundFailed);
    await system.stripe.paymentIntents.confirm(intent, { payment_method: 'pm_card_refundFail' });
    held = (await system.hold(customer, showtime.showtimeId, ['A11'])).body.id;
    await assertInvariants(system);
    await system.stopWorker();
    await letTimePass();
  }, 60_000);
  afterAll(() => system?.close());

  const paymentOf = async (reservationId: string): Promise<Json> =>
    (await system.expectOk('GET', `/admin/payments?reservationId=${reservationId}`, { token })).data[0];
  /** Nothing that happened until now is under way any more. */
  const letTimePass = () => system.advanceClock({ minutes: 15 });

  /** Of yesterday to the day of the showtime, so that it does not matter when the suite runs. */
  async function report(options: Record<string, string> = {}): Promise<Json> {
    const now = await system.now();
    const day = (at: Date) => at.toISOString().slice(0, 10);
    const period = { from: day(new Date(now.getTime() - 86_400_000)), to: day(new Date(showtime.startsAt)) };
    return system.expectOk('GET', `/admin/reports/reconciliation?${new URLSearchParams({ ...period, ...options }).toString()}`, { token });
  }
  async function gapsOf(reservationId: string): Promise<Json[]> {
    return (await report()).data.filter((gap: Json) => gap.reservationId === reservationId);
  }
  const kindsOf = async (reservationId: string): Promise<string[]> =>
    (await gapsOf(reservationId)).map(({ kind }) => kind as string).sort();

  /** Sends the call of the only gap of this kind. */
  async function mend(reservationId: string, kind: string): Promise<Json> {
    const [gap, ...others] = (await gapsOf(reservationId)).filter((each) => each.kind === kind);
    expect([gap?.kind, others]).toEqual([kind, []]);
    const { method, path, body } = gap.mend;
    return system.expectOk(method, path, { token, body: body ?? undefined });
  }

  it('a system in which everything fits has none, and says what was compared', async () => {
    const { data, hasMore, checked } = await report();
    expect([data, hasMore]).toEqual([[], false]);
    expect(checked).toMatchObject({ payments: 10, tickets: 10, showtimes: 2 });
    expect(checked.stripeEvents).toBeGreaterThan(10);
  });

  it("a message of Stripe's that was not applied is found and applied", async () => {
    const [id] = tickets as [string];
    const { intentId } = await paymentOf(id);
    const parked = await system.sql(
      `UPDATE payments.stripe_events SET status = 'parked' WHERE type = 'payment_intent.succeeded' AND body #>> '{data,object,id}' = $1 RETURNING id`,
      [intentId],
    );
    expect(parked).toHaveLength(1);
    expect((await mend(id, 'stripe-event-not-applied')).status).toBe('applied');
    expect(await kindsOf(id)).toEqual([]);
  });

  it('money that Stripe reported and payments does not have is found', async () => {
    const id = tickets[1]!;
    const { id: paymentId } = await paymentOf(id);
    await system.sql(`UPDATE payments.payments SET status = 'open', captured = 0, settled_at = NULL WHERE id = $1`, [paymentId]);
    expect((await gapsOf(id)).map(({ kind, expected, found }) => [kind, expected.amount, found.amount]).sort()).toEqual([
      ['stripe-money-not-recorded', 1_250, 0],
      ['ticket-without-money', 1_250, 0],
    ]);
    await mend(id, 'stripe-money-not-recorded');
    expect(await kindsOf(id)).toEqual([]);
  });

  it('a ticket without its money and money without its ticket are found', async () => {
    const id = tickets[4]!;
    const { id: paymentId } = await paymentOf(id);
    await system.sql(`UPDATE reservations.reservations SET payment_id = $2 WHERE id = $1`, [id, randomUUID()]);
    expect(await kindsOf(id)).toEqual(['money-without-ticket', 'ticket-without-money']);
    expect((await mend(id, 'ticket-without-money')).status).toBe('cancelled');
    expect((await mend(id, 'money-without-ticket')).paymentId).toBe(paymentId);
    expect(await kindsOf(id)).toEqual([]);
  });

  it('money of which nobody decided what it is for is found, and confirms', async () => {
    await confirmIntent(system, await paymentIntentOf(system, customer, held));
    await until(async () => (await paymentOf(held)).settledAt !== null, { what: 'the money' });
    expect(await kindsOf(held)).toEqual([]);
    await letTimePass();
    expect(await kindsOf(held)).toEqual(['payment-without-outcome']);
    expect((await mend(held, 'payment-without-outcome')).status).toBe('confirmed');
    expect(await kindsOf(held)).toEqual([]);
  });

  it('seats that are not freed or not claimed are found, also in a file', async () => {
    const id = tickets[3]!;
    const claim = `INSERT INTO reservations.seat_claims (showtime_id, seat, reservation_id) VALUES ($1, $2, $3)`;
    await system.sql(claim, [showtime.showtimeId, 'B1', cancelled]);
    const [{ seat: own }] = (await system.sql(`DELETE FROM reservations.seat_claims WHERE reservation_id = $1 RETURNING seat`, [id])) as [
      { seat: string },
    ];
    expect(await gapsOf(cancelled)).toMatchObject([{ kind: 'seats-not-freed', seats: ['B1'] }]);
    expect(await gapsOf(id)).toMatchObject([{ kind: 'seats-not-claimed', seats: [own] }]);
    const [names, ...lines] = ((await report({ format: 'csv' })) as string).trim().split('\r\n');
    expect(names).toBe('kind,paymentId,reservationId,showtimeId,seats,expected,found,currency,mend,mendBody,decimals');
    expect(lines).toContain(`seats-not-claimed,,${id},${showtime.showtimeId},${own},,,,POST /admin/reservations/${id}/reconcile,,`);
    await system.sql(claim, [showtime.showtimeId, own, cancelled]);
    const { status, body } = await system.post(`/admin/reservations/${id}/reconcile`, undefined, { token });
    expect([status, body.code]).toEqual([409, 'reservations.seats-taken']);
    await mend(cancelled, 'seats-not-freed');
    await mend(id, 'seats-not-claimed');
    expect([await kindsOf(cancelled), await kindsOf(id)]).toEqual([[], []]);
  });

  it('a refund that was never requested, never sent, failed or lost is found', async () => {
    // The third ticket is the fifth that was bought: by the first customer.
    const owed = tickets[2]!;
    await system.expectOk('DELETE', `/reservations/${owed}`, { token: customer.token });
    await system.expectOk('POST', `/admin/reservations/${refundFailed}/cancel`, { token, body: { refund: 'full', reason: 'A test.' } });
    expect(await kindsOf(owed)).toEqual([]);
    await letTimePass();
    expect(await gapsOf(owed)).toMatchObject([{ kind: 'refund-not-requested', expected: { amount: 1_250 }, found: { amount: 0 } }]);
    await mend(owed, 'refund-not-requested');
    await mend(refundFailed, 'refund-not-requested');
    expect(await kindsOf(owed)).toEqual([]);
    await system.sql(`DELETE FROM platform.jobs WHERE kind = 'payments.submit-refund'`);
    const { id: paymentId } = await paymentOf(partlyRefunded);
    await system.sql(`UPDATE payments.payments SET refunded = 0 WHERE id = $1`, [paymentId]);
    await system.sql(`DELETE FROM payments.refunds WHERE payment_id = $1`, [paymentId]);
    await letTimePass();
    expect(await kindsOf(owed)).toEqual(['refund-not-submitted']);
    await mend(owed, 'refund-not-submitted');
    await mend(refundFailed, 'refund-not-submitted');
    expect(await gapsOf(partlyRefunded)).toMatchObject([
      { kind: 'stripe-refund-not-recorded', expected: { amount: 250 }, found: { amount: 0 } },
    ]);
    await mend(partlyRefunded, 'stripe-refund-not-recorded');
    await system.startWorker();
    await until(async () => (await kindsOf(refundFailed))[0] === 'refund-failed', { what: 'the refund to fail' });
    expect((await mend(refundFailed, 'refund-failed')).status).toBe('requested');
    await until(async () => [...(await gapsOf(owed)), ...(await gapsOf(partlyRefunded))].length === 0, { what: 'the gaps to be mended' });
    const { refunded, refunds } = await paymentOf(owed);
    expect([refunded.amount, refunds.length]).toEqual([1_250, 1]);
    expect((await paymentOf(partlyRefunded)).refunded.amount).toBe(250);
  }, 60_000);

  it('a period of more than a month is refused', async () => {
    const refusal = async (query: string) => {
      const { status, body } = await system.get(`/admin/reports/reconciliation?${query}`, { token });
      return [status, body.code];
    };
    expect(await refusal('from=2026-11-01&to=2026-12-02')).toEqual([422, 'reports.period-too-long']);
    expect(await refusal('from=2026-11-02&to=2026-11-01')).toEqual([422, 'reports.period-reversed']);
    expect((await system.get('/admin/reports/reconciliation?from=2026-11-01&to=2026-11-02', { token: customer.token })).status).toBe(403);
  });
});
