import { MultiProcessSystem } from '../support/multi-process-system.js';
import type { Customer, Json, ShowtimeFixture } from '../support/http-client.js';
import type { RunningProcess } from '../support/processes.js';
import { assertInvariants } from '../support/invariants.js';
import { until } from '../support/until.js';

const WITHIN = 60_000;

describe('A customer who has paid gets the ticket', () => {
  let cluster: MultiProcessSystem;
  let scene: ShowtimeFixture;
  let anna: Customer;
  let worker: RunningProcess;

  beforeAll(async () => {
    cluster = await MultiProcessSystem.start({ apis: 1, env: { HOLD_SECONDS: '6', ACCESS_TOKEN_SECONDS: '3600' } });
    [anna] = (await cluster.customersWithTokens(1)) as [Customer];
  }, 120_000);
  afterAll(() => cluster.close());
  beforeEach(async () => {
    await cluster.rabbit!.start();
    worker = await cluster.startWorker();
    scene = await cluster.api.createShowtime();
  }, 60_000);
  afterEach(() => worker.kill('SIGKILL'));

  async function heldAndCharged(seat: string): Promise<{ id: string; intent: string }> {
    const { status, body } = await cluster.api.hold(anna, scene.showtimeId, [seat]);
    expect(status).toBe(201);
    const { body: payment } = await cluster.api.startPayment(anna, body.id);
    return { id: body.id, intent: payment.clientSecret.split('_secret_')[0] };
  }

  const pay = (intent: string): Promise<unknown> => cluster.stripe.paymentIntents.confirm(intent, { payment_method: 'pm_card_visa' });

  function confirmed(id: string): Promise<Json> {
    return until(
      async () => {
        const seen = await cluster.api.reservation(anna, id);
        return seen.status === 'confirmed' ? seen : undefined;
      },
      { timeoutMs: WITHIN, what: 'the reservation to be confirmed' },
    );
  }

  async function confirmedOnce(id: string): Promise<void> {
    await until(async () => (await cluster.count(`messaging.outbox WHERE published_at IS NULL`)) === 0, {
      timeoutMs: WITHIN,
      what: 'every event to be published',
    });
    expect(await cluster.count(`messaging.outbox WHERE subject = $1 AND type = 'reservations.reservation-confirmed.v1'`, [id])).toBe(1);
    expect(await cluster.count(`reservations.payment_outcomes WHERE reservation_id = $1`, [id])).toBe(1);
    expect((await cluster.stripe.refunds.list({ limit: 100 })).data).toEqual([]);
    await assertInvariants(cluster);
  }

  it('when the worker is killed between payment and confirmation', async () => {
    const { id, intent } = await heldAndCharged('A1');
    await worker.kill('SIGKILL');
    await pay(intent);
    await until(
      async () =>
        (await cluster.count(`messaging.outbox WHERE type = 'payments.payment-succeeded.v1' AND data->>'reservationId' = $1`, [id])) === 1,
      {
        timeoutMs: WITHIN,
        what: 'the webhook to be stored',
      },
    );
    expect((await cluster.api.reservation(anna, id)).status).toBe('held');
    worker = await cluster.startWorker();
    expect(await confirmed(id)).toMatchObject({ late: false, refund: null });
    await confirmedOnce(id);
  }, 120_000);

  it('when RabbitMQ is away for longer than the hold lasts, and while it still is', async () => {
    const { id, intent } = await heldAndCharged('A2');
    await cluster.rabbit!.stop();
    await pay(intent);
    expect(await confirmed(id)).toMatchObject({ late: false, refund: null });
    expect(
      await cluster.count(
        `messaging.outbox WHERE type = 'payments.payment-succeeded.v1' AND data->>'reservationId' = $1 AND published_at IS NULL`,
        [id],
      ),
    ).toBe(1);
    await cluster.rabbit!.start();
    await confirmedOnce(id);
  }, 180_000);
});
