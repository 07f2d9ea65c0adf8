import type { ServerResponse } from 'node:http';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';
import { Receiver, WAIT, WebhookAdmin, publish } from './webhooks-fixture.js';

describe('Webhooks while a try is under way', () => {
  let system: InProcessSystem;
  let receiver: Receiver;
  let webhooks: WebhookAdmin;
  /** Requests that wait for their answer, oldest first. */
  let held: ServerResponse[];
  beforeAll(async () => {
    system = await startInProcessSystem({ env: { TICK_HOUSEKEEPING_MS: '100' } });
    receiver = await Receiver.start();
    webhooks = new WebhookAdmin(system, await system.adminToken());
  }, 60_000);
  beforeEach(() => {
    held = [];
    receiver.answer = (_received, response) => void held.push(response);
  });
  afterEach(() => system.sql(`UPDATE subscriptions.webhook_endpoints SET status = 'deleted'`));
  afterAll(async () => {
    await system?.close();
    await receiver?.close();
  });
  const holds = (count: number) => until(() => held.length >= count, { ...WAIT, what: `${count} requests without an answer` });
  const release = (index: number, status: number): void => void held[index]!.writeHead(status).end();

  async function underWay(path: string): Promise<{ id: string; deliveryId: string; replay: () => Promise<unknown> }> {
    const { id } = await webhooks.create(receiver.url(path));
    await publish(system);
    await holds(1);
    const { id: deliveryId } = await webhooks.newest(id as string, {});
    const replay = () => webhooks.call('POST', `/${id}/deliveries/${deliveryId}/replay`);
    return { id: id as string, deliveryId: deliveryId as string, replay };
  }

  it('a deleted endpoint gets no more, and what comes of the try is recorded nowhere', async () => {
    const { id } = await underWay('/deleted-meanwhile');
    await webhooks.call('DELETE', `/${id}`);
    release(0, 500);
    await until(async () => (await system.sql('SELECT FROM subscriptions.webhook_deliveries WHERE endpoint_id = $1', [id])).length === 0, {
      ...WAIT,
      what: 'the deletion of its deliveries',
    });
    const { id: control } = await webhooks.create(receiver.url('/deleted-control'));
    await publish(system);
    await holds(2);
    release(1, 204);
    await webhooks.newest(control as string, { status: 'delivered' });
    expect(receiver.at('/deleted-meanwhile')).toHaveLength(1);
    expect(await system.sql('SELECT FROM subscriptions.webhook_endpoints WHERE id = $1', [id])).toEqual([]);
  }, 60_000);

  it('a replay is sent beside the try, whose failure does not count against it', async () => {
    const { id, replay } = await underWay('/replayed-meanwhile');
    await replay();
    await holds(2);
    release(0, 500);
    await webhooks.endpoint(id, { status: 'enabled' });
    await until(async () => (await webhooks.call('GET', `/${id}`))['failingSince'] !== null, { ...WAIT, what: 'the failure' });
    expect(await webhooks.newest(id, {})).toMatchObject({ status: 'waiting', attempts: 0 });
    release(1, 204);
    await webhooks.newest(id, { status: 'delivered', attempts: 1 });
    expect(new Set(receiver.idsAt('/replayed-meanwhile')).size).toBe(1);
    expect(receiver.at('/replayed-meanwhile')).toHaveLength(2);
  }, 60_000);

  it('of a try and its replay both that arrive, one delivery is delivered', async () => {
    const { id, replay } = await underWay('/both-arrive');
    await replay();
    await holds(2);
    for (const index of [1, 0]) release(index, 204);
    await webhooks.newest(id, { status: 'delivered', attempts: 1 });
    expect(receiver.at('/both-arrive')).toHaveLength(2);
  }, 60_000);

  it('several replays at once are taken, and what is left is one delivered delivery', async () => {
    const { id, replay } = await underWay('/replayed-twice');
    release(0, 204);
    await webhooks.newest(id, { status: 'delivered' });
    await Promise.all(Array.from({ length: 5 }, replay));
    await holds(2);
    receiver.answer = (_received, response) => void response.writeHead(204).end();
    for (const response of held.slice(1)) response.writeHead(204).end();
    await webhooks.newest(id, { status: 'delivered' });
    expect(await webhooks.deliveries(id)).toHaveLength(1);
    // Replays that come before the next try are one.
    expect(receiver.at('/replayed-twice').length).toBeLessThanOrEqual(6);
  }, 60_000);
});
