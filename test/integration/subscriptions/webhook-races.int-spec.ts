import type { ServerResponse } from 'node:http';
import { newId } from '@app/kernel/id.js';
import pg from 'pg';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';
import { Receiver, TYPE, WebhookAdmin, publish } from './webhooks-fixture.js';

describe('Webhooks while an attempt is under way', () => {
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
  const holds = (count: number) => until(() => held.length >= count, { what: `${count} requests without an answer` });
  const release = (index: number, status: number): void => void held[index]!.writeHead(status).end();

  const untilGone = (id: string) =>
    until(
      async () =>
        (
          await system.sql(
            `SELECT id FROM subscriptions.webhook_endpoints WHERE id = $1 UNION ALL SELECT id FROM subscriptions.webhook_deliveries WHERE endpoint_id = $1`,
            [id],
          )
        ).length === 0,
      { what: 'the deletion of the endpoint and its deliveries' },
    );

  /** Waits until a statement with these words waits for a lock. */
  const waiting = (words: string) =>
    until(
      async () =>
        (
          await system.sql(
            `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND strpos(query, $1) > 0`,
            [words],
          )
        ).length > 0,
      { what: `a statement that waits: ${words}` },
    );

  /** An event whose delivery to this endpoint the collector is about to add, with the endpoint locked. */
  async function holdCollectorBack(endpointId: string): Promise<{ goOn: () => Promise<void> }> {
    const eventId = newId();
    const client = new pg.Client(system.env['DATABASE_URL']);
    await client.connect();
    await client.query('BEGIN');
    await client.query(
      `INSERT INTO subscriptions.webhook_deliveries (id, endpoint_id, event_id, type, status, attempts, requested_at)
       VALUES (gen_random_uuid(), $1, $2, 'none', 'waiting', 0, now())`,
      [endpointId, eventId],
    );
    await publish(system, 1, TYPE, [eventId]);
    await waiting('INSERT INTO subscriptions.webhook_deliveries');
    return { goOn: () => client.query('ROLLBACK').then(() => client.end()) };
  }

  async function underWay(path: string): Promise<{ id: string; deliveryId: string; replay: () => Promise<unknown> }> {
    const { id } = await webhooks.create(receiver.url(path));
    await publish(system);
    await holds(1);
    const { id: deliveryId } = await webhooks.newest(id as string, {});
    const replay = () => webhooks.call('POST', `/${id}/deliveries/${deliveryId}/replay`);
    return { id: id as string, deliveryId: deliveryId as string, replay };
  }

  it.each([500, 204])(
    'a deleted endpoint gets no more, and an answer of %i is recorded nowhere',
    async (status) => {
      const path = `/deleted-meanwhile-${status}`;
      const { id } = await underWay(path);
      await webhooks.call('DELETE', `/${id}`);
      release(0, status);
      await untilGone(id);
      const { id: control } = await webhooks.create(receiver.url(`${path}-control`));
      await publish(system);
      await holds(2);
      release(1, 204);
      await webhooks.newest(control as string, { status: 'delivered' });
      expect(receiver.at(path)).toHaveLength(1);
    },
    60_000,
  );

  it('an endpoint deleted while an event is collected for it leaves no delivery', async () => {
    receiver.answer = (_received, response) => void response.writeHead(204).end();
    const [{ id: deleted }, { id: control }] = [
      await webhooks.create(receiver.url('/collected')),
      await webhooks.create(receiver.url('/collected-control')),
    ];
    for (const id of [deleted, control] as string[]) {
      const collecting = await holdCollectorBack(id);
      const request = id === deleted ? webhooks.call('DELETE', `/${id}`) : null;
      if (request !== null) await waiting('FROM subscriptions.webhook_endpoints WHERE id');
      await collecting.goOn();
      await request;
    }
    await webhooks.newest(control as string, { status: 'delivered' });
    await untilGone(deleted as string);
    const before = receiver.at('/collected').length;
    expect(before).toBeLessThanOrEqual(1);
    const [next] = await publish(system);
    await until(() => receiver.idsAt('/collected-control').includes(next!), { what: 'the next event' });
    expect(receiver.at('/collected')).toHaveLength(before);
  }, 60_000);

  it.each([
    ['410', 410, {}],
    ['503 with a pause of an hour', 503, { 'retry-after': '3600' }],
  ])('an old address that answers %s after the change leaves the new one as it is', async (_, status, headers) => {
    const [old, moved] = [`/old-${status}`, `/moved-${status}`];
    const { id } = await underWay(old);
    await webhooks.call('PATCH', `/${id}`, { url: receiver.url(moved) });
    receiver.answer = (_received, response) => void response.writeHead(204).end();
    held[0]!.writeHead(status, headers).end();
    await webhooks.newest(id, { status: 'delivered', attempts: 2 });
    expect(await webhooks.call('GET', `/${id}`)).toMatchObject({ status: 'enabled', failingSince: null });
    expect([receiver.at(old), receiver.at(moved)]).toMatchObject([[{}], [{}]]);
  });

  it('a replay is sent beside the attempt, whose failure does not count against it', async () => {
    const { id, replay } = await underWay('/replayed-meanwhile');
    await replay();
    await holds(2);
    release(0, 500);
    await webhooks.endpoint(id, { status: 'enabled' });
    await until(async () => (await webhooks.call('GET', `/${id}`))['failingSince'] !== null, { what: 'the failure' });
    expect(await webhooks.newest(id, {})).toMatchObject({ status: 'waiting', attempts: 0 });
    release(1, 204);
    await webhooks.newest(id, { status: 'delivered', attempts: 1 });
    expect(new Set(receiver.idsAt('/replayed-meanwhile')).size).toBe(1);
    expect(receiver.at('/replayed-meanwhile')).toHaveLength(2);
  }, 60_000);

  it('of an attempt and its replay both that arrive, one delivery is delivered', async () => {
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
    // Replays that come before the next attempt are one.
    expect(receiver.at('/replayed-twice').length).toBeLessThanOrEqual(6);
  }, 60_000);
});
