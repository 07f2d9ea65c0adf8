import { MultiProcessSystem } from '../support/multi-process-system.js';
import type { Customer, Json } from '../support/http-client.js';
import { assertInvariants } from '../support/invariants.js';
import { until } from '../support/until.js';

const WITHIN = 60_000;

describe('With every webhook dropped and the broker down', () => {
  let cluster: MultiProcessSystem;
  let anna: Customer;

  beforeAll(async () => {
    cluster = await MultiProcessSystem.start({
      apis: 1,
      env: {
        ACCESS_TOKEN_SECONDS: '3600',
        RECONCILE_AFTER_MS: '200',
        TICK_RECONCILE_PAYMENTS_MS: '300',
        SETTLE_AFTER_MS: '100',
        TICK_SETTLE_PAYMENTS_MS: '300',
      },
    });
    await cluster.startWorker();
    [anna] = (await cluster.customersWithTokens(1)) as [Customer];
    const deaf = await fetch(`${cluster.sandboxUrl}/sandbox/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ webhooks: [{ drop: true }] }),
    });
    expect(deaf.status).toBe(200);
  }, 120_000);
  afterAll(() => cluster.close());

  const becomes = (id: string, holds: (reservation: Json) => boolean, what: string): Promise<Json> =>
    until(
      async () => {
        const seen = await cluster.api.reservation(anna, id);
        return holds(seen) ? seen : undefined;
      },
      { timeoutMs: WITHIN, what },
    );

  it('whoever pays is confirmed, and what is cancelled is refunded once the broker is back', async () => {
    const { showtimeId } = await cluster.api.createShowtime();
    const held = await cluster.api.hold(anna, showtimeId, ['A1', 'A2']);
    const { body: payment } = await cluster.api.startPayment(anna, held.body.id);
    await cluster.rabbit!.stop();

    await cluster.stripe.paymentIntents.confirm(payment.clientSecret.split('_secret_')[0], { payment_method: 'pm_card_visa' });
    await becomes(held.body.id, ({ status }) => status === 'confirmed', 'the reservation to be confirmed while all is quiet');

    await cluster.api.expectOk('DELETE', `/reservations/${held.body.id}`, { token: anna.token });
    await cluster.rabbit!.start();
    const { refund } = await becomes(held.body.id, (seen) => seen.refund?.status === 'succeeded', 'the refund');
    expect(refund).toMatchObject({ amount: { amount: 2_500, currency: 'EUR' }, reason: 'reservation-cancelled' });
    await assertInvariants(cluster);
  }, 180_000);
});
