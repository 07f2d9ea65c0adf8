import type { Customer, Json } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

const CLOCK = '//sandbox/clock';
const DAY_MINUTES = 24 * 60;

describe('Reservations after the clock was set back', () => {
  let system: InProcessSystem;
  let showtimeId: string;

  beforeAll(async () => {
    system = await startInProcessSystem();
  }, 60_000);
  beforeEach(async () => {
    await system.expectOk('DELETE', CLOCK);
    ({ showtimeId } = await system.createShowtime({ startsInMinutes: 3 * DAY_MINUTES }));
  });
  afterAll(() => system?.close());

  interface Paid {
    readonly customer: Customer;
    readonly id: string;
  }

  async function holdAndPay(seat: string): Promise<Paid> {
    const customer = await system.registerCustomer();
    const { body: reservation } = await system.hold(customer, showtimeId, [seat]);
    const { body: payment } = await system.startPayment(customer, reservation.id);
    await system.stripe.paymentIntents.confirm(payment.clientSecret.split('_secret')[0], { payment_method: 'pm_card_visa' });
    return { customer, id: reservation.id };
  }

  const waitForStatus = ({ customer, id }: Paid, status: string): Promise<unknown> =>
    until(async () => (await system.reservation(customer, id)).status === status, { what: `the reservation to be ${status}` });

  const waitForRow = (what: string, statement: string): Promise<unknown> =>
    until(async () => (await system.sql(statement)).length > 0, { what });

  it('a hold of the moved clock stays held until its own time', async () => {
    const customer = await system.registerCustomer();
    await system.advanceClock({ minutes: 180 });
    const held = await system.hold(customer, showtimeId, ['A1']);
    expect(held).toMatchObject({ status: 201, body: { status: 'held' } });
    await system.expectOk('DELETE', CLOCK);
    await system.advanceClock({ minutes: 60 });
    expect(await system.reservation(customer, held.body.id)).toMatchObject({ status: 'held' });
    await system.advanceClock({ minutes: 180 });
    await waitForStatus({ customer, id: held.body.id }, 'expired');
  });

  it('the seconds left of a hold follow the moved clock', async () => {
    const customer = await system.registerCustomer();
    const admin = await system.adminToken();
    await system.advanceClock({ minutes: 180 });
    const { body: held } = await system.hold(customer, showtimeId, ['A1']);
    const { token } = customer;
    /** As the client would count, were its clock the moved one. A minute is enough for the slowest of these requests. */
    const expectSecondsLeft = async ({ heldUntil, secondsLeft }: Json): Promise<void> => {
      const left = (Date.parse(heldUntil) - (await system.now()).getTime()) / 1_000;
      expect(Number.isInteger(secondsLeft)).toBe(true);
      expect(secondsLeft).toBeGreaterThanOrEqual(Math.floor(left));
      expect(secondsLeft).toBeLessThan(left + 60);
    };
    await expectSecondsLeft(held);
    await system.advanceClock({ minutes: 20 });
    await expectSecondsLeft(await system.reservation(customer, held.id));
    await expectSecondsLeft((await system.expectOk('GET', '/reservations', { token })).data[0]);
    await expectSecondsLeft(await system.expectOk('GET', `/admin/reservations/${held.id}`, { token: admin }));
    await expectSecondsLeft(await system.expectOk('POST', `/reservations/${held.id}/extend`, { token }));
    const cancelled = await system.expectOk('DELETE', `/reservations/${held.id}`, { token });
    expect([cancelled.status, cancelled.secondsLeft]).toEqual(['cancelled', null]);
  });

  it('the seconds left of a hold whose time is over are none', async () => {
    const customer = await system.registerCustomer();
    const { body: held } = await system.hold(customer, showtimeId, ['A1']);
    await system.stopWorker();
    try {
      await system.advanceClock({ minutes: 31 });
      expect(await system.reservation(customer, held.id)).toMatchObject({ status: 'held', secondsLeft: 0 });
    } finally {
      await system.startWorker();
    }
  });

  it('a seat that is held and paid after the clock was set back is confirmed', async () => {
    await system.advanceClock({ minutes: DAY_MINUTES });
    await system.expectOk('DELETE', CLOCK);
    await waitForStatus(await holdAndPay('A1'), 'confirmed');
  });

  it('a payment whose message is lost after the clock was set back is settled', async () => {
    await system.advanceClock({ minutes: DAY_MINUTES });
    await waitForStatus(await holdAndPay('A1'), 'confirmed');
    await system.advanceClock({ minutes: 2 });
    await waitForRow(
      'the watermark to pass the payment',
      `SELECT 1 FROM reservations.settlement_watermark WHERE settled_until > now() + interval '1 hour'`,
    );
    await system.stopWorker();
    await system.expectOk('DELETE', CLOCK);
    const paid = await holdAndPay('A2');
    await waitForRow(
      'the payment to be stored',
      `SELECT 1 FROM messaging.outbox WHERE type = 'payments.payment-succeeded.v1' AND published_at IS NULL`,
    );
    await system.sql('UPDATE messaging.outbox SET published_at = now() WHERE published_at IS NULL');
    await system.startWorker();
    await system.advanceClock({ minutes: 2 });
    await waitForStatus(paid, 'confirmed');
  });
});
