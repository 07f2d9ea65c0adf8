import { Database } from '@app/platform/persistence/database.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { PostgresWebhookDeliveries } from '../../../libs/subscriptions/src/infrastructure/postgres-webhook-deliveries.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';
import { Receiver, WebhookAdmin, publish } from './webhooks-fixture.js';

describe('Workers that share webhooks', () => {
  let system: InProcessSystem;
  let receiver: Receiver;
  let webhooks: WebhookAdmin;
  beforeAll(async () => {
    system = await startInProcessSystem();
    receiver = await Receiver.start();
    webhooks = new WebhookAdmin(system, await system.adminToken());
  }, 60_000);
  afterEach(async () => {
    receiver.answer = (_received, response) => void response.writeHead(204).end();
    await system.sql(`UPDATE subscriptions.webhook_endpoints SET status = 'deleted'`);
  });
  afterAll(async () => {
    await system?.close();
    await receiver?.close();
  });

  it('two workers that live deliver each event once', async () => {
    await system.startAnotherWorker();
    const { id } = await webhooks.create(receiver.url('/once'));
    const ids: string[] = [];
    for (let batch = 0; batch < 20; batch++) ids.push(...(await publish(system, 20)));
    await until(() => receiver.at('/once').length >= ids.length, { what: 'every event' });
    await until(async () => (await webhooks.deliveries(id, '&status=waiting')).length === 0, { what: 'the record' });
    expect(receiver.idsAt('/once').sort()).toEqual(ids.sort());
  }, 60_000);

  it('a worker that dies during an attempt leaves it to the next, with the same id', async () => {
    await system.stopWorker();
    const deliveries = new PostgresWebhookDeliveries(system.api.get(Database), system.api.get(Transactions));
    const { id } = await webhooks.create(receiver.url('/died'));
    const delivery = await webhooks.call('POST', `/${id}/test`);
    // As a worker does before it dies.
    const options = { perEndpoint: 8, busy: new Map<string, number>(), leaseMs: 60_000, now: await system.now() };
    const [claimed] = await deliveries.claim(options);
    expect(claimed).toMatchObject({ id: delivery['id'], endpointId: id });
    expect(await deliveries.claim(options)).toEqual([]);
    await system.startWorker();
    const control = await webhooks.create(receiver.url('/died-control'));
    await webhooks.call('POST', `/${control['id']}/test`);
    await until(() => receiver.at('/died-control').length === 1, { what: 'the worker' });
    expect(receiver.at('/died')).toEqual([]);
    await system.advanceClock({ minutes: 2 });
    await until(() => receiver.at('/died').length === 1, { what: 'the attempt of the next worker' });
    expect(receiver.idsAt('/died')).toEqual([delivery['eventId']]);
    await webhooks.newest(id, { status: 'delivered', attempts: 1 });
  }, 60_000);

  it('a failure that comes after its lease changes nothing, a success does', async () => {
    await system.stopWorker();
    const deliveries = new PostgresWebhookDeliveries(system.api.get(Database), system.api.get(Transactions));
    const { id } = await webhooks.create(receiver.url('/late'));
    const { id: deliveryId } = await webhooks.call('POST', `/${id}/test`);
    const now = await system.now();
    const claim = (at: Date) => deliveries.claim({ perEndpoint: 8, busy: new Map(), leaseMs: 1_000, now: at });
    const [first] = await claim(now);
    const [second] = await claim(new Date(now.getTime() + 2_000));
    expect([first?.id, second?.id]).toEqual([deliveryId, deliveryId]);
    const times = { startedAt: now, endedAt: now };
    const fail = (own: { claim: number }) =>
      deliveries.change(deliveryId, own, (delivery) => delivery.record({ kind: 'unanswered', error: 'time-out' }, times));
    expect(await fail({ claim: first!.claim })).toBe(false);
    expect(await fail({ claim: second!.claim })).toBe(true);
    await deliveries.change(deliveryId, {}, (delivery) =>
      delivery.record({ kind: 'answered', status: 200, answer: '', askedPauseMs: null }, times),
    );
    expect(await webhooks.newest(id, {})).toMatchObject({ status: 'delivered', attempts: 2 });
    await system.startWorker();
  }, 60_000);

  it('a worker that ends gives its attempts back, and the next one makes them', async () => {
    const answers: (() => void)[] = [];
    receiver.answer = (_received, response) => void answers.push(() => response.writeHead(204).end());
    const { id } = await webhooks.create(receiver.url('/ending'));
    const [eventId] = await publish(system);
    await until(() => receiver.at('/ending').length === 1, { what: 'the attempt' });
    await system.stopWorker();
    expect(await webhooks.newest(id, {})).toMatchObject({ status: 'waiting', attempts: 0 });
    receiver.answer = (_received, response) => void response.writeHead(204).end();
    await system.startWorker();
    await webhooks.newest(id, { status: 'delivered' });
    expect(receiver.idsAt('/ending')).toEqual([eventId, eventId]);
  }, 60_000);

  it('an endpoint holds 10,000 deliveries at most; the rest waits in the feed', async () => {
    await system.stopWorker();
    const { id } = await webhooks.create(receiver.url('/full'));
    await system.sql(
      `INSERT INTO subscriptions.webhook_deliveries (id, endpoint_id, event_id, type, status, attempts, next_attempt_at, requested_at)
       SELECT gen_random_uuid(), $1, gen_random_uuid(), 'movies.genre-renamed.v1', 'waiting', 1, now() + interval '1 day', now()
       FROM generate_series(1, 9999)`,
      [id],
    );
    const answers: (() => void)[] = [];
    receiver.answer = (_received, response) => void answers.push(() => response.writeHead(204).end());
    await publish(system, 5);
    await system.startWorker();
    const collected = () =>
      system.sql(`SELECT FROM subscriptions.webhook_deliveries d JOIN messaging.outbox o ON o.id = d.event_id WHERE d.endpoint_id = $1`, [
        id,
      ]);
    // Each waits for its answer, and keeps the one place while it does.
    for (let taken = 1; taken <= 5; taken++) {
      const answer = await until(() => answers.shift(), { what: `the place to be taken ${taken} times` });
      expect(await collected()).toHaveLength(taken);
      answer();
    }
  }, 60_000);
});
