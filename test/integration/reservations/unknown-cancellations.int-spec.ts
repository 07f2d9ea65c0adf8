import type { Customer, HttpResponse, Json, ShowtimeFixture } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { buyTicket, pay } from '../../support/payments.js';
import { until } from '../../support/until.js';

describe('A showtime that was cancelled or moved, and reservations does not know', () => {
  let system: InProcessSystem;
  let admin: string;
  let customer: Customer;
  /** It starts in 90 minutes: the policy refunds nothing. */
  let showtime: ShowtimeFixture;

  beforeAll(async () => {
    system = await startInProcessSystem();
    admin = await system.adminToken();
  }, 60_000);
  afterAll(() => system?.close());
  beforeEach(async () => {
    await system.startWorker();
    customer = await system.registerCustomer();
    showtime = await system.createShowtime({ startsInMinutes: 90 });
  });

  const cancelShowtime = (): Promise<Json> => system.expectOk('DELETE', `/showtimes/${showtime.showtimeId}`, { token: admin });
  const cancel = ({ id }: Json, { keptAtMost = 0 } = {}): Promise<HttpResponse> =>
    system.delete(`/reservations/${id}?keptAtMost=${keptAtMost}`, { token: customer.token });
  const quote = ({ id }: Json): Promise<Json> => system.expectOk('GET', `/reservations/${id}/cancellation`, { token: customer.token });
  const read = ({ id }: Json): Promise<Json> => system.reservation(customer, id as string);
  const cancelAsAdmin = ({ id }: Json, refund: string): Promise<Json> =>
    system.expectOk('POST', `/admin/reservations/${id}/cancel`, { token: admin, body: { refund, reason: 'A request by telephone.' } });

  /** A confirmed reservation of one seat; no worker runs any more. */
  async function bought(): Promise<Json> {
    const reservation = await buyTicket(system, customer, showtime.showtimeId, ['A1']);
    await system.stopWorker();
    return reservation;
  }

  async function held(): Promise<Json> {
    await system.stopWorker();
    const { status, body } = await system.hold(customer, showtime.showtimeId, ['A1']);
    expect(status).toBe(201);
    return body;
  }

  /** A showtime with seats taken is not moved: only a hold of the same moment can be in the way of a move. */
  async function moveShowtime(): Promise<void> {
    const claims = await system.sql('DELETE FROM reservations.seat_claims WHERE showtime_id = $1 RETURNING *', [showtime.showtimeId]);
    const startsAt = new Date(Date.parse(showtime.startsAt) + 3_600_000).toISOString();
    await system.expectOk('PATCH', `/showtimes/${showtime.showtimeId}`, { token: admin, body: { startsAt } });
    await system.sql('INSERT INTO reservations.seat_claims SELECT * FROM jsonb_populate_recordset(NULL::reservations.seat_claims, $1)', [
      JSON.stringify(claims),
    ]);
  }

  /** As when a broker confirms messages and then loses them. */
  async function loseMessages(): Promise<void> {
    await system.sql(`UPDATE messaging.outbox SET published_at = time WHERE published_at IS NULL`);
  }

  /** What the payments of a reservation captured less what was refunded. */
  async function amountKept({ id }: Json): Promise<number> {
    const [row] = await system.sql<{ kept: number }>(
      `SELECT coalesce(sum(captured - refunded), 0)::int AS kept FROM payments.payments WHERE reservation_id = $1`,
      [id],
    );
    return row!.kept;
  }

  function nothingIsKept(reservation: Json): Promise<unknown> {
    return until(
      async () => {
        const { refund } = await read(reservation);
        return refund?.status === 'succeeded' && refund.amount.amount === 1_250 && (await amountKept(reservation)) === 0;
      },
      { what: 'the whole price to be refunded' },
    );
  }

  describe.each([
    ['cancelled', cancelShowtime],
    ['moved', moveShowtime],
  ])('%s', (what, change) => {
    it(`a customer who cancels after the showtime was ${what} gets everything`, async () => {
      const reservation = await bought();
      expect((await quote(reservation)).refund.amount).toBe(0);
      await change();
      expect(await quote(reservation)).toMatchObject({ cancellable: true, refund: { amount: 1_250 }, kept: { amount: 0 } });
      expect((await cancel(reservation)).body).toMatchObject({
        status: 'cancelled',
        endReason: 'cancelled-by-customer',
        refund: { amount: { amount: 1_250, currency: 'EUR' }, status: 'requested', reason: 'reservation-cancelled' },
      });
      await system.startWorker();
      await nothingIsKept(reservation);
    });

    it.each(['none', 'policy'])(`an admin who cancels with refund %s once it was ${what} gives back everything`, async (refund) => {
      const reservation = await bought();
      await change();
      await cancelAsAdmin(reservation, refund);
      await system.startWorker();
      await nothingIsKept(reservation);
    });

    it(`a hold of a showtime that was ${what} is not extended`, async () => {
      const reservation = await held();
      await change();
      const { status, body } = await system.call('POST', `/reservations/${reservation.id}/extend`, { token: customer.token });
      expect([status, body.code]).toEqual([422, `reservations.showtime-${what}`]);
    });

    it(`a payment of a hold whose showtime was ${what} is refunded`, async () => {
      const reservation = await held();
      await pay(system, customer, reservation.id);
      await change();
      await system.startWorker();
      await until(async () => (await read(reservation)).status === 'cancelled', { what: 'the run to cancel the reservation' });
      await nothingIsKept(reservation);
    });

    it(`a reservation is cancelled and refunded though the message of its showtime ${what} is lost`, async () => {
      const reservation = await bought();
      await change();
      await loseMessages();
      await system.startWorker();
      await until(async () => (await read(reservation)).endReason === 'cancelled-by-cinema', { what: 'the showtimes to be compared' });
      await nothingIsKept(reservation);
    });

    it(`nothing is completed of a showtime that was ${what}, though no message came`, async () => {
      const reservation = await bought();
      await change();
      await loseMessages();
      await system.advanceClock({ minutes: 90 + 100 + 61 + 60 });
      await system.startWorker();
      await nothingIsKept(reservation);
      expect(await read(reservation)).toMatchObject({ status: 'cancelled', endReason: 'cancelled-by-cinema' });
    });
  });

  it('what a customer lost before the showtime was cancelled is given back', async () => {
    const reservation = await bought();
    expect((await cancel(reservation, { keptAtMost: 1_250 })).body.refund).toEqual({
      amount: { amount: 0, currency: 'EUR' },
      status: 'succeeded',
      reason: 'reservation-cancelled',
      paidOutAt: null,
    });
    await system.startWorker();
    await cancelShowtime();
    await nothingIsKept(reservation);
    expect(await read(reservation)).toMatchObject({
      status: 'cancelled',
      endReason: 'cancelled-by-customer',
      refund: { reason: 'showtime-cancelled' },
    });
  });

  it('what a customer lost before the showtime was moved stays lost', async () => {
    const reservation = await bought();
    expect((await cancel(reservation, { keptAtMost: 1_250 })).status).toBe(200);
    await moveShowtime();
    await system.startWorker();
    await until(
      async () => (await system.get(`/admin/showtimes/${showtime.showtimeId}/cancellation`, { token: admin })).body.status === 'finished',
      { what: 'the run to finish' },
    );
    expect(await amountKept(reservation)).toBe(1_250);
  });
});
