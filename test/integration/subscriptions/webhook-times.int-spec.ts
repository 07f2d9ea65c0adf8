import { Webhook } from 'standardwebhooks';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';
import { Receiver, WebhookAdmin, publish } from './webhooks-fixture.js';

const HOUR = { minutes: 60 };

/** What takes hours and days, by the movable clock. Each test goes on from the time that the one before reached. */
describe('Webhooks over days', () => {
  let system: InProcessSystem;
  let receiver: Receiver;
  let webhooks: WebhookAdmin;
  let answer: { status: number; headers?: Record<string, string> };
  beforeAll(async () => {
    system = await startInProcessSystem({ env: { TICK_HOUSEKEEPING_MS: '100' } });
    receiver = await Receiver.start();
    webhooks = new WebhookAdmin(system, await system.adminToken());
    receiver.answer = (_received, response) => void response.writeHead(answer.status, answer.headers).end();
  }, 60_000);
  beforeEach(() => {
    answer = { status: 204 };
  });
  afterEach(() => system.sql(`UPDATE subscriptions.webhook_endpoints SET status = 'deleted'`));
  afterAll(async () => {
    await system?.close();
    await receiver?.close();
  });
  const arrives = (path: string, count: number) =>
    until(() => receiver.at(path).length >= count && receiver.at(path), { what: `${count} requests at ${path}` });

  it.each([429, 503])(
    '%i with Retry-After pauses the endpoint for so long',
    async (status) => {
      answer = { status, headers: { 'retry-after': '1800' } };
      const path = `/busy-${status}`;
      const { id } = await webhooks.create(receiver.url(path));
      await publish(system);
      await webhooks.newest(id, { attempts: 1, responseStatus: status });
      await publish(system);
      await system.advanceClock({ minutes: 20 });
      // A test event of another endpoint shows that due deliveries were looked for.
      const { id: other } = await webhooks.create(receiver.url(`${path}-control`));
      answer = { status: 204 };
      await webhooks.call('POST', `/${other}/test`);
      await arrives(`${path}-control`, 1);
      expect(receiver.at(path)).toHaveLength(1);
      await system.advanceClock({ minutes: 15 });
      await arrives(path, 3);
    },
    60_000,
  );

  it('after a rotation both secrets sign for a day, then the new one alone', async () => {
    const { id, secret } = await webhooks.create(receiver.url('/rotated'));
    const { secret: next } = await webhooks.call('POST', `/${id}/rotate-secret`);
    await publish(system);
    const [during] = await arrives('/rotated', 1);
    expect(during!.headers['webhook-signature']!.split(' ')).toHaveLength(2);
    for (const each of [secret, next]) expect(new Webhook(each).verify(during!.body, during!.headers)).toEqual(during!.event);
    await system.advanceClock({ minutes: 24 * 60 + 1 });
    await publish(system);
    const after = (await arrives('/rotated', 2))[1]!;
    expect(after.headers['webhook-signature']!.split(' ')).toHaveLength(1);
    expect(new Webhook(next).verify(after.body, after.headers)).toEqual(after.event);
    expect(() => new Webhook(secret).verify(after.body, after.headers)).toThrow();
  }, 60_000);

  it('an endpoint that fails for five days is disabled, and what failed is replayed', async () => {
    answer = { status: 500 };
    const { id } = await webhooks.create(receiver.url('/failing'));
    const [first] = await publish(system);
    await webhooks.newest(id, { attempts: 1 });
    const { failingSince } = await webhooks.call('GET', `/${id}`);
    await system.advanceClock({ minutes: 4 * 24 * 60 });
    expect(await webhooks.newest(id, { status: 'failed' })).toMatchObject({ eventId: first, attempts: 2, responseStatus: 500 });
    expect(await webhooks.call('GET', `/${id}`)).toMatchObject({ status: 'enabled', failingSince });
    await system.advanceClock({ minutes: 24 * 60 });
    const [second] = await publish(system);
    await webhooks.endpoint(id, { status: 'disabled', disabledReason: 'failing' });
    answer = { status: 204 };
    await webhooks.call('POST', `/${id}/enable`);
    await webhooks.newest(id, { eventId: second, status: 'delivered' });
    expect(await webhooks.call('POST', `/${id}/replay`, { since: '2026-01-01T00:00:00Z' })).toMatchObject({ replayed: 1 });
    await until(() => receiver.idsAt('/failing').at(-1) === first, { what: 'the replay' });
  }, 60_000);

  it('one success makes what waits for hours due at once', async () => {
    answer = { status: 500 };
    const { id } = await webhooks.create(receiver.url('/recovers'));
    const ids = await publish(system, 3);
    const tried = (attempts: number) =>
      until(async () => (await webhooks.deliveries(id)).every((each) => each['attempts'] >= attempts), { what: `${attempts} tries` });
    await until(async () => (await webhooks.deliveries(id)).length === 3, { what: 'the deliveries' });
    for (const attempts of [1, 2, 3]) {
      await tried(attempts);
      await system.advanceClock(HOUR);
    }
    await tried(4);
    answer = { status: 204 };
    const [last] = await publish(system);
    await until(async () => (await webhooks.deliveries(id, '&status=delivered')).length === 4, { what: 'all of them' });
    expect(receiver.idsAt('/recovers').slice(-4)[0]).toBe(last);
    expect(new Set(receiver.idsAt('/recovers').slice(-3))).toEqual(new Set(ids));
  }, 60_000);

  it('deliveries that ended are deleted after 30 days, and those that wait are kept', async () => {
    const { id } = await webhooks.create(receiver.url('/kept'));
    const [ended] = await publish(system);
    await webhooks.newest(id, { eventId: ended, status: 'delivered' });
    answer = { status: 410 };
    const [waiting] = await publish(system);
    await webhooks.endpoint(id, { status: 'disabled' });
    await system.advanceClock({ minutes: 29 * 24 * 60 });
    expect(await webhooks.deliveries(id)).toHaveLength(2);
    await system.advanceClock({ minutes: 2 * 24 * 60 });
    const left = async () => (await webhooks.deliveries(id)).map((each) => each['eventId']);
    await until(async () => (await left()).length === 1, { what: 'the deletion' });
    expect(await left()).toEqual([waiting]);
  }, 60_000);

  it('a deleted endpoint and its deliveries are gone soon', async () => {
    const { id } = await webhooks.create(receiver.url('/erased'));
    await publish(system, 3);
    await webhooks.newest(id, { status: 'delivered' });
    await webhooks.call('DELETE', `/${id}`);
    await until(
      async () =>
        (await system.sql('SELECT FROM subscriptions.webhook_endpoints WHERE id = $1', [id])).length === 0 &&
        (await system.sql('SELECT FROM subscriptions.webhook_deliveries WHERE endpoint_id = $1', [id])).length === 0,
      { what: 'the deletion' },
    );
  }, 60_000);
});
