import type { Customer, Json, ShowtimeFixture } from '../support/http-client.js';
import { assertInvariants } from '../support/invariants.js';
import { useMultiProcessSystem } from '../support/multi-process-system.js';
import type { RunningProcess } from '../support/processes.js';
import { until } from '../support/until.js';

const WAIT = { timeoutMs: 60_000 };

describe('With the worker killed or RabbitMQ down', () => {
  const system = useMultiProcessSystem({ apiProcesses: 1, broker: 'rabbitmq', env: { HOLD_SECONDS: '6' } });
  let fixture: ShowtimeFixture;
  let anna: Customer;
  let worker: RunningProcess;

  beforeAll(async () => {
    [anna] = (await system.customersWithTokens(1)) as [Customer];
  });
  beforeEach(async () => {
    await system.rabbitmq!.start();
    worker = await system.startWorker();
    fixture = await system.api.createShowtime();
  }, 60_000);
  afterEach(() => worker.kill('SIGKILL'));

  async function holdAndStartPayment(seat: string): Promise<{ id: string; intent: string }> {
    const { status, body } = await system.api.hold(anna, fixture.showtimeId, [seat]);
    expect(status).toBe(201);
    const { body: payment } = await system.api.startPayment(anna, body.id);
    return { id: body.id, intent: payment.clientSecret.split('_secret_')[0] };
  }

  const pay = (intent: string): Promise<unknown> => system.stripe.paymentIntents.confirm(intent, { payment_method: 'pm_card_visa' });

  const confirmed = (id: string): Promise<Json> =>
    until(
      async () => {
        const reservation = await system.api.reservation(anna, id);
        return reservation.status === 'confirmed' && reservation;
      },
      { ...WAIT, what: 'the reservation to be confirmed' },
    );

  async function expectOneConfirmation(id: string): Promise<void> {
    await until(async () => (await system.count(`messaging.outbox WHERE published_at IS NULL`)) === 0, {
      ...WAIT,
      what: 'every event to be published',
    });
    expect(await system.count(`messaging.outbox WHERE subject = $1 AND type = 'reservations.reservation-confirmed.v1'`, [id])).toBe(1);
    expect(await system.count(`reservations.payment_outcomes WHERE reservation_id = $1`, [id])).toBe(1);
    expect((await system.stripe.refunds.list({ limit: 100 })).data).toEqual([]);
    await assertInvariants(system);
  }

  it('a payment is confirmed once after the worker was killed before', async () => {
    const { id, intent } = await holdAndStartPayment('A1');
    await worker.kill('SIGKILL');
    await pay(intent);
    const paymentSucceeded = `messaging.outbox WHERE type = 'payments.payment-succeeded.v1' AND data->>'reservationId' = $1`;
    await until(async () => (await system.count(paymentSucceeded, [id])) === 1, { ...WAIT, what: 'the webhook to be applied' });
    expect((await system.api.reservation(anna, id)).status).toBe('held');
    worker = await system.startWorker();
    expect(await confirmed(id)).toMatchObject({ late: false, refund: null });
    await expectOneConfirmation(id);
  }, 120_000);

  it('a payment is confirmed once while RabbitMQ is down', async () => {
    const { id, intent } = await holdAndStartPayment('A2');
    await system.rabbitmq!.stop();
    await pay(intent);
    expect(await confirmed(id)).toMatchObject({ late: false, refund: null });
    expect(
      await system.count(
        `messaging.outbox WHERE type = 'payments.payment-succeeded.v1' AND data->>'reservationId' = $1 AND published_at IS NULL`,
        [id],
      ),
    ).toBe(1);
    await system.rabbitmq!.start();
    await expectOneConfirmation(id);
  }, 180_000);
});
