import { newId } from '@app/kernel/id.js';
import type { HttpResponse, Customer, Json } from '../../support/http-client.js';
import { pay } from '../../support/payments.js';
import { type RabbitmqHandle, freshVhost } from '../../support/rabbitmq.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

const QUEUE = 'reservations.confirm-reservation-when-payment-succeeded';

describe('Dead letters on RabbitMQ', () => {
  let rabbit: RabbitmqHandle;
  let system: InProcessSystem;
  let token: string;
  let anna: Customer;

  beforeAll(async () => {
    rabbit = await freshVhost();
    system = await startInProcessSystem({ env: { AMQP_URL: rabbit.url } });
    token = await system.adminToken();
    anna = await system.registerCustomer();
  }, 60_000);
  afterAll(async () => {
    await rabbit.start();
    await system.close();
  });

  const waiting = async (): Promise<Json[]> =>
    (await system.expectOk('GET', '/admin/dead-letters?status=waiting', { token })).data as Json[];
  const redrive = (body: unknown): Promise<HttpResponse> => system.post('/admin/dead-letters/redrive', body, { token });

  it('a letter is redriven by the api and has its effect once', async () => {
    const scene = await system.createShowtime();
    const { body: reservation } = await system.hold(anna, scene.showtimeId, ['A1']);
    await system.sql('ALTER TABLE reservations.payment_outcomes RENAME TO payment_outcomes_hidden');
    await pay(system, anna, reservation.id);
    const letter = await until(async () => (await waiting())[0], { what: 'the message to die' });
    expect(letter).toMatchObject({ queue: QUEUE, attempts: 4 });
    await system.sql('ALTER TABLE reservations.payment_outcomes_hidden RENAME TO payment_outcomes');

    const answers = await Promise.all(Array.from({ length: 10 }, () => redrive({ ids: [letter.id] })));
    expect(answers.reduce((sum, { body }) => sum + (body.redriven as number), 0)).toBe(1);
    await until(async () => (await system.reservation(anna, reservation.id)).status === 'confirmed', { what: 'the confirmation' });
    expect(await waiting()).toEqual([]);
    const confirmations = await system.sql(
      `SELECT 1 FROM messaging.outbox WHERE subject = $1 AND type = 'reservations.reservation-confirmed.v1'`,
      [reservation.id],
    );
    expect(confirmations).toHaveLength(1);
  });

  it('a letter is kept when its queue is missing and when the broker is away', async () => {
    const [withoutQueue, malformed] = [newId(), newId()];
    const body = JSON.stringify({ hello: 'world' });
    await system.sql(
      `INSERT INTO messaging.dead_letters (id, queue, message_id, reason, attempts, body)
       VALUES ($1, 'test.no-such-queue', $3, 'put here', 1, $5), ($2, $6, $4, 'put here', 1, $5)`,
      [withoutQueue, malformed, newId(), newId(), body, QUEUE],
    );
    const { status, body: report } = await redrive({ ids: [withoutQueue] });
    expect(status).toBe(200);
    expect(report).toMatchObject({
      redriven: 0,
      waiting: 1,
      failed: [{ id: withoutQueue, queue: 'test.no-such-queue', reason: 'There is no queue test.no-such-queue' }],
    });

    await rabbit.stop();
    const away = await redrive({ ids: [malformed] });
    expect([away.status, away.body.code, away.body.redriven]).toEqual([503, 'messaging.broker-away', 0]);
    expect(away.headers.get('retry-after')).toBe('5');
    expect((await waiting()).map(({ id }) => id as string).sort()).toEqual([withoutQueue, malformed].sort());

    await rabbit.start();
    await until(async () => (await redrive({ ids: [malformed] })).body.redriven === 1, {
      what: 'the broker to accept it again',
      intervalMs: 200,
    });
    // It is no event: it dies again and waits again.
    await until(
      async () => {
        const letter = (await waiting()).find(({ id }) => id === malformed);
        return letter !== undefined && /MalformedEnvelope/.test(letter.reason);
      },
      { what: 'the message to die again' },
    );
  }, 120_000);
});
