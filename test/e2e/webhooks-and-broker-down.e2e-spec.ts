import type { Customer, Json } from '../support/http-client.js';
import { assertInvariants } from '../support/invariants.js';
import { useMultiProcessSystem } from '../support/multi-process-system.js';
import { until } from '../support/until.js';

const WAIT = { timeoutMs: 60_000 };

describe('With every webhook dropped and the broker down', () => {
  const system = useMultiProcessSystem({
    apiProcesses: 1,
    broker: 'rabbitmq',
    env: {
      RECONCILE_AFTER_MS: '200',
      TICK_RECONCILE_PAYMENTS_MS: '300',
      SETTLE_AFTER_MS: '100',
      TICK_SETTLE_PAYMENTS_MS: '300',
    },
  });
  let anna: Customer;

  beforeAll(async () => {
    await system.startWorker();
    [anna] = (await system.customersWithTokens(1)) as [Customer];
    const response = await fetch(`${system.sandboxUrl}/sandbox/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ webhooks: [{ drop: true }] }),
    });
    expect(response.status).toBe(200);
  }, 120_000);

  const reservationThat = (isExpected: (reservation: Json) => boolean, { id, what }: { id: string; what: string }): Promise<Json> =>
    until(
      async () => {
        const reservation = await system.api.reservation(anna, id);
        return isExpected(reservation) && reservation;
      },
      { ...WAIT, what },
    );

  it('a payment is confirmed, and refunded when the broker is back', async () => {
    const { showtimeId } = await system.api.createShowtime();
    const { body: hold } = await system.api.hold(anna, showtimeId, ['A1', 'A2']);
    const { body: payment } = await system.api.startPayment(anna, hold.id);
    await system.rabbitmq!.stop();

    await system.stripe.paymentIntents.confirm(payment.clientSecret.split('_secret_')[0], { payment_method: 'pm_card_visa' });
    await reservationThat(({ status }) => status === 'confirmed', { id: hold.id, what: 'the confirmation without webhook and broker' });

    expect((await system.api.cancel(anna, hold.id)).status).toBe(200);
    await system.rabbitmq!.start();
    const { refund } = await reservationThat((reservation) => reservation.refund?.status === 'succeeded', {
      id: hold.id,
      what: 'the refund',
    });
    expect(refund).toMatchObject({ amount: { amount: 2_500, currency: 'EUR' }, reason: 'reservation-cancelled' });
    await assertInvariants(system);
  }, 180_000);
});
