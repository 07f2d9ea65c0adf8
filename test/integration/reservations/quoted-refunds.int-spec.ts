/** A quote, the answer to what follows and a later read tell the sum that payments gives back. */
import { RefundsOfReservationsHandler } from '../../../libs/payments/src/application/queries/refunds-of-reservations.js';
import type { Customer, Json } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { assertInvariants } from '../../support/invariants.js';
import { buyTicket, confirmIntent, paymentIntentOf } from '../../support/payments.js';
import { until } from '../../support/until.js';
const PRICE = 1_250;

interface Ticket {
  readonly id: string;
  readonly intent: string;
}

describe('The refund that a customer sees', () => {
  let system: InProcessSystem;
  let customer: Customer;
  beforeAll(async () => {
    system = await startInProcessSystem();
    customer = await system.registerCustomer();
  }, 60_000);
  afterAll(() => system?.close());
  afterEach(() => system.startWorker());

  async function control(path: string, body: object): Promise<Json> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${system.sandboxUrl}/sandbox${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(response.status).toBe(200);
    return (await response.json()) as Json;
  }

  async function buy(...seats: string[]): Promise<Ticket> {
    const { showtimeId } = await system.createShowtime();
    const { id } = await buyTicket(system, customer, showtimeId, seats);
    const [row] = await system.sql<{ intent: string }>('SELECT intent_id AS intent FROM payments.payments WHERE reservation_id = $1', [id]);
    return { id, intent: row!.intent };
  }

  async function lose({ id, intent }: Ticket, amount?: number): Promise<void> {
    const dispute = await control('/disputes', { payment_intent: intent, ...(amount === undefined ? {} : { amount }) });
    await control(`/disputes/${dispute.id}/close`, { outcome: 'lost' });
    const lost = () =>
      system.sql(
        `SELECT FROM payments.disputes d JOIN payments.payments p ON p.id = d.payment_id WHERE p.reservation_id = $1 AND d.status = 'lost'`,
        [id],
      );
    await until(async () => (await lost()).length === 1, { what: 'the dispute to be lost' });
  }

  const read = ({ id }: Ticket) => system.reservation(customer, id);
  const quote = ({ id }: Ticket) => system.expectOk('GET', `/reservations/${id}/cancellation`, { token: customer.token });
  const cancel = ({ id }: Ticket) => system.expectOk('DELETE', `/reservations/${id}?keptAtMost=0`, { token: customer.token });
  const change = ({ id }: Ticket, ...seats: string[]) =>
    system.expectOk('PUT', `/reservations/${id}/seats`, { token: customer.token, body: { seats } });
  const untilRefund = (ticket: Ticket, refund: object) =>
    until(
      async () => {
        try {
          expect((await read(ticket)).refund).toMatchObject(refund);
          return true;
        } catch {
          return false;
        }
      },
      { what: `the refund to be ${JSON.stringify(refund)}` },
    );

  it.each([
    ['all', undefined, 0, 'succeeded'],
    // Stripe refunds no charge of which a part was lost.
    ['a part', 400, PRICE - 400, 'failed'],
  ])(
    'a quote leaves out %s that a bank keeps after a dispute',
    async (_, disputed, left, status) => {
      const ticket = await buy('A1');
      await lose(ticket, disputed);
      expect(await quote(ticket)).toMatchObject({ refund: { amount: left }, kept: { amount: 0 } });
      expect((await cancel(ticket)).refund).toMatchObject({ amount: { amount: left } });
      await untilRefund(ticket, { amount: { amount: left }, status });
      expect(await quote(ticket)).toMatchObject({ kept: { amount: 0 } });
      await assertInvariants(system);
    },
    60_000,
  );

  it('what a bank kept of a refund that failed is not shown as going back', async () => {
    const ticket = await buy('A1');
    const dispute = await control('/disputes', { payment_intent: ticket.intent, amount: 400 });
    await until(async () => (await read(ticket)).disputed, { what: 'the dispute' });
    await cancel(ticket);
    await untilRefund(ticket, { amount: { amount: PRICE }, status: 'failed' });
    await control(`/disputes/${dispute.id}/close`, { outcome: 'lost' });
    await untilRefund(ticket, { amount: { amount: PRICE - 400 } });
    expect(await quote(ticket)).toMatchObject({ kept: { amount: 0 } });
  }, 60_000);

  describe('beside a payment that came too much', () => {
    /** A second intent of the payment is paid, and its money has gone back. */
    async function buyTwice(): Promise<Ticket> {
      const ticket = await buy('A1');
      const { metadata } = await system.stripe.paymentIntents.retrieve(ticket.intent);
      const second = await system.stripe.paymentIntents.create({
        amount: PRICE,
        currency: 'eur',
        metadata,
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      });
      await confirmIntent(system, second.id);
      await untilRefund(ticket, { amount: { amount: PRICE }, status: 'succeeded', reason: 'surplus-payment' });
      await system.stopWorker();
      return ticket;
    }

    it('a cancellation is answered with the money of the ticket alone', async () => {
      const ticket = await buyTwice();
      expect(await quote(ticket)).toMatchObject({ refund: { amount: PRICE } });
      const refund = { amount: { amount: PRICE }, reason: 'reservation-cancelled' };
      expect((await cancel(ticket)).refund).toMatchObject({ ...refund, status: 'requested' });
      expect((await read(ticket)).refund).toMatchObject({ ...refund, status: 'requested' });
      await system.startWorker();
      await untilRefund(ticket, { ...refund, status: 'succeeded' });
    }, 60_000);

    it('a cancellation that gives nothing back is answered with nothing', async () => {
      const ticket = await buyTwice();
      const token = await system.adminToken();
      await system.expectOk('POST', `/admin/reservations/${ticket.id}/cancel`, { token, body: { refund: 'none', reason: 'A test.' } });
      const nothing = { amount: { amount: 0 }, status: 'succeeded', reason: 'reservation-cancelled' };
      expect((await read(ticket)).refund).toMatchObject(nothing);
    }, 60_000);
  });

  it('a second change to cheaper seats is answered with both differences', async () => {
    const ticket = await buy('A1', 'A2', 'A3');
    await change(ticket, 'A1', 'A2');
    await untilRefund(ticket, { amount: { amount: PRICE }, status: 'succeeded' });
    await system.stopWorker();
    const refund = { amount: { amount: 2 * PRICE }, reason: 'seats-changed' };
    expect((await change(ticket, 'A1')).refund).toMatchObject({ ...refund, status: 'requested' });
    expect(await quote(ticket)).toMatchObject({ refund: { amount: PRICE }, kept: { amount: 0 } });
    await system.startWorker();
    await untilRefund(ticket, { ...refund, status: 'succeeded' });
  }, 60_000);

  it('a refund that is requested while it is read is shown', async () => {
    const ticket = await buy('A1');
    await system.stopWorker();
    const handler = system.api.get(RefundsOfReservationsHandler, { strict: false });
    const look = handler.execute.bind(handler);
    const requested = () =>
      system.sql(`SELECT FROM payments.refunds r JOIN payments.payments p ON p.id = r.payment_id WHERE p.reservation_id = $1`, [ticket.id]);
    handler.execute = async (query) => {
      const seen = await look(query);
      await system.startWorker();
      await until(async () => (await requested()).length > 0, { what: 'the refund to be requested' });
      return seen;
    };
    try {
      expect((await cancel(ticket)).refund).toMatchObject({ amount: { amount: PRICE }, status: 'requested' });
    } finally {
      handler.execute = look;
    }
  }, 60_000);

  it('a quote keeps nothing of an owed refund that failed', async () => {
    const { showtimeId } = await system.createShowtime();
    const { body } = await system.hold(customer, showtimeId, ['A1', 'A2']);
    const intent = await paymentIntentOf(system, customer, body.id);
    await system.stripe.paymentIntents.confirm(intent, { payment_method: 'pm_card_refundFail' });
    const ticket = { id: body.id as string, intent };
    await until(async () => (await read(ticket)).status === 'confirmed', { what: 'the ticket' });
    await change(ticket, 'A1');
    await untilRefund(ticket, { amount: { amount: PRICE }, status: 'failed' });
    expect(await quote(ticket)).toMatchObject({ refund: { amount: PRICE }, kept: { amount: 0 } });
    expect((await cancel(ticket)).refund).toMatchObject({ amount: { amount: 2 * PRICE } });
    await untilRefund(ticket, { amount: { amount: 2 * PRICE }, status: 'failed' });
    expect(await quote(ticket)).toMatchObject({ cancellable: false, kept: { amount: 0 } });
  }, 60_000);
});
