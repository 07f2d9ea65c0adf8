import type { ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { newId } from '@app/kernel/id.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';
import { OTHER_TYPE, Receiver, TYPE, WebhookAdmin, publish } from './webhooks-fixture.js';

describe('Webhooks', () => {
  let system: InProcessSystem;
  let receiver: Receiver;
  let token: string;
  let webhooks: WebhookAdmin;
  beforeAll(async () => {
    system = await startInProcessSystem({ env: { WEBHOOK_TIMEOUT_MS: '30000' } });
    receiver = await Receiver.start();
    token = await system.adminToken();
    webhooks = new WebhookAdmin(system, token);
  }, 60_000);
  afterEach(async () => {
    receiver.answer = (_received, response) => void response.writeHead(204).end();
    await system.sql(`UPDATE subscriptions.webhook_endpoints SET status = 'deleted'`);
  });
  afterAll(async () => {
    await system?.close();
    await receiver?.close();
  });

  const arrives = (path: string, count = 1) =>
    until(() => receiver.at(path).length >= count && receiver.at(path), { what: `${count} requests at ${path}` });

  it('an event is sent as GET /events shows it, with a signature of the specification', async () => {
    const { secret, id } = await webhooks.create(receiver.url('/signed'));
    const [eventId] = await publish(system);
    const [received] = await arrives('/signed');
    expect(received!.headers).toMatchObject({ 'webhook-id': eventId, 'content-type': 'application/cloudevents+json; charset=utf-8' });
    // The library of the specification, which shares nothing with our signature.
    expect(new Webhook(secret).verify(received!.body, received!.headers)).toEqual(received!.event);
    expect(() => new Webhook(secret).verify(received!.body.replace('Drama', 'Crime'), received!.headers)).toThrow();
    const { body: events } = await system.get(`/events?type=${TYPE}&limit=1000`, { token });
    expect(events).toContainEqual(received!.event);
    expect(await webhooks.newest(id, { status: 'delivered' })).toMatchObject({ eventId, attempts: 1, responseStatus: 204, answer: null });
  }, 60_000);

  it('an endpoint gets the events of its types that are published after its creation', async () => {
    const [before] = await publish(system);
    const isPublished = () => system.sql('SELECT FROM messaging.outbox WHERE id = $1 AND published_position IS NOT NULL', [before]);
    await until(async () => (await isPublished()).length === 1, { what: 'the publication' });
    const { id } = await webhooks.create(receiver.url('/types'));
    await publish(system, 1, OTHER_TYPE);
    const ids = await publish(system, 3);
    await arrives('/types', 3);
    expect(new Set(receiver.idsAt('/types'))).toEqual(new Set(ids));
    await webhooks.call('PATCH', `/${id}`, { types: null });
    const [other] = await publish(system, 1, OTHER_TYPE);
    expect((await arrives('/types', 4)).at(-1)!.headers['webhook-id']).toBe(other);
    // It is stored as delivered after the receiver has answered.
    await webhooks.newest(id, { eventId: other, status: 'delivered' });
    expect((await webhooks.deliveries(id, `&type=${OTHER_TYPE}&status=delivered`)).map(({ eventId }) => eventId)).toEqual([other]);
  }, 60_000);

  it('a page of the feed full of other types hides nothing', async () => {
    await webhooks.create(receiver.url('/rare'));
    await publish(system, 1_200, OTHER_TYPE);
    const [id] = await publish(system);
    await arrives('/rare');
    expect(receiver.idsAt('/rare')).toEqual([id]);
  }, 60_000);

  it('an endpoint that is slow or away delays no other one', async () => {
    const unanswered: ServerResponse[] = [];
    receiver.answer = ({ path }, response) => {
      if (path === '/slow') unanswered.push(response);
      else response.writeHead(204).end();
    };
    const slow = await webhooks.create(receiver.url('/slow'));
    await webhooks.create('http://127.0.0.1:1/away');
    await webhooks.create(receiver.url('/quick'));
    const first = await publish(system, 20);
    await arrives('/quick', first.length);
    await arrives('/slow', 8);
    // No attempt of the slow one has ended: its time-out is half a minute.
    expect(receiver.at('/slow')).toHaveLength(8);
    const second = await publish(system, 20);
    await arrives('/quick', first.length + second.length);
    expect(receiver.at('/slow')).toHaveLength(8);
    await webhooks.call('DELETE', `/${slow.id}`);
    for (const response of unanswered) response.writeHead(204).end();
  }, 60_000);

  it('a redirect is not followed', async () => {
    receiver.answer = ({ path }, response) =>
      void (path === '/moved' ? response.writeHead(307, { location: receiver.url('/target') }) : response.writeHead(204)).end();
    const { id } = await webhooks.create(receiver.url('/moved'));
    await publish(system);
    expect(await webhooks.newest(id, { attempts: 1 })).toMatchObject({ status: 'waiting', responseStatus: 307 });
    expect(receiver.at('/target')).toEqual([]);
  }, 60_000);

  it('a failed try is recorded with its answer, and tried again with the same id', async () => {
    receiver.answer = (_received, response) => void response.writeHead(500).end(`broken ${'x'.repeat(100_000)}`);
    const { id } = await webhooks.create(receiver.url('/broken'));
    const [eventId] = await publish(system);
    const failed = await webhooks.newest(id, { attempts: 1 });
    expect(failed).toMatchObject({ status: 'waiting', responseStatus: 500, error: null });
    expect(failed['answer']).toMatch(/^broken x+$/);
    expect(failed['answer']).toHaveLength(500);
    expect((await webhooks.call('GET', `/${id}`))['failingSince']).not.toBeNull();
    receiver.answer = (_received, response) => void response.writeHead(200).end();
    await until(async () => (await webhooks.deliveries(id, '&status=delivered')).length === 1, { what: 'the second attempt' });
    expect(receiver.idsAt('/broken')).toEqual([eventId, eventId]);
    expect((await webhooks.call('GET', `/${id}`))['failingSince']).toBeNull();
  }, 60_000);

  it('410 disables at once; enabled again, it gets what it missed', async () => {
    receiver.answer = (_received, response) => void response.writeHead(410).end();
    const { id } = await webhooks.create(receiver.url('/gone'));
    const [first] = await publish(system);
    await webhooks.endpoint(id, { status: 'disabled', disabledReason: 'gone' });
    expect((await system.post(`/admin/webhook-endpoints/${id}/test`, undefined, { token })).body).toMatchObject({
      code: 'subscriptions.webhook-endpoint-is-disabled',
    });
    const missed = await publish(system, 2);
    receiver.answer = (_received, response) => void response.writeHead(200).end();
    expect(await webhooks.call('POST', `/${id}/enable`)).toMatchObject({ status: 'enabled', disabledReason: null, failingSince: null });
    await arrives('/gone', 4);
    expect(receiver.idsAt('/gone')[0]).toBe(first);
    expect(new Set(receiver.idsAt('/gone').slice(1))).toEqual(new Set([first, ...missed]));
  }, 60_000);

  it('a test event is sent to the endpoint, and published nowhere', async () => {
    const { id, secret } = await webhooks.create(receiver.url('/test'));
    const delivery = await webhooks.call('POST', `/${id}/test`);
    expect(delivery).toMatchObject({ endpointId: id, status: 'waiting', attempts: 0 });
    const [received] = await arrives('/test');
    expect(new Webhook(secret).verify(received!.body, received!.headers)).toMatchObject({
      id: delivery['eventId'],
      type: 'subscriptions.endpoint-tested.v1',
      data: { endpointId: id },
    });
    expect(await system.sql('SELECT FROM messaging.outbox WHERE id = $1', [delivery['eventId']])).toEqual([]);
  }, 60_000);

  it('a delivery is replayed alone, or with all that failed since a time', async () => {
    const { id } = await webhooks.create(receiver.url('/replay'));
    const [eventId, ...others] = await publish(system, 4);
    await arrives('/replay', 4);
    await until(async () => (await webhooks.deliveries(id, '&status=delivered')).length === 4, { what: 'the record' });
    const delivery = (await webhooks.deliveries(id)).find((each) => each['eventId'] === eventId)!;
    await webhooks.call('POST', `/${id}/deliveries/${delivery['id']}/replay`);
    await arrives('/replay', 5);
    expect(receiver.idsAt('/replay').at(-1)).toBe(eventId);
    await webhooks.newest(id, { status: 'delivered' });
    await system.sql(`UPDATE subscriptions.webhook_deliveries SET status = 'failed' WHERE event_id = ANY ($1)`, [others]);
    const hourAgo = new Date((await system.now()).getTime() - 3_600_000).toISOString();
    expect(await webhooks.call('POST', `/${id}/replay`, { since: new Date(Date.now() + 3_600_000).toISOString() })).toEqual({
      replayed: 0,
      isMore: false,
    });
    for (const since of ['2026-11-26T12:00', '2026-11-26T12:00:00,5Z', '20261126T120000Z', '2026-W48-4', '2026-11-26T12:00+01']) {
      const { status, body } = await system.post(`/admin/webhook-endpoints/${id}/replay`, { since }, { token });
      expect([status, body.errors]).toMatchObject([400, [{ pointer: '/since', rule: 'offsetTime' }]]);
    }
    expect(await webhooks.call('POST', `/${id}/replay`, { since: hourAgo })).toEqual({ replayed: 3, isMore: false });
    await arrives('/replay', 8);
    expect(new Set(receiver.idsAt('/replay').slice(5))).toEqual(new Set(others));
  }, 60_000);

  it('the delivery of an event that is not kept any more fails, and is not replayed', async () => {
    receiver.answer = (_received, response) => void response.writeHead(500).end();
    const { id } = await webhooks.create(receiver.url('/deleted'));
    // The first: the cursor stands at the second.
    const [eventId] = await publish(system, 2);
    const ofEvent = async () => (await webhooks.deliveries(id)).find((each) => each['eventId'] === eventId);
    const { id: deliveryId } = await until(async () => ((await webhooks.deliveries(id)).length === 2 ? ofEvent() : undefined), {
      what: 'both deliveries',
    });
    await system.sql('DELETE FROM messaging.outbox WHERE id = $1', [eventId]);
    await until(async () => (await ofEvent())?.['status'] === 'failed', { what: 'the next attempt' });
    expect(await ofEvent()).toMatchObject({ error: 'event-deleted' });
    const { status, body } = await system.post(`/admin/webhook-endpoints/${id}/deliveries/${deliveryId}/replay`, undefined, { token });
    expect([status, body.code, body.eventId]).toEqual([410, 'subscriptions.webhook-event-deleted', eventId]);
    expect(await ofEvent()).toMatchObject({ status: 'failed', error: 'event-deleted' });
  }, 60_000);

  it('a deleted endpoint gets nothing more and is not shown', async () => {
    const { id } = await webhooks.create(receiver.url('/never'));
    expect((await system.call('DELETE', `/admin/webhook-endpoints/${id}`, { token })).status).toBe(204);
    await webhooks.create(receiver.url('/after'));
    await publish(system);
    await arrives('/after');
    expect(receiver.at('/never')).toEqual([]);
    for (const path of [`/${id}`, `/${id}/deliveries`, `/${newId()}`])
      expect((await system.get(`/admin/webhook-endpoints${path}`, { token })).status).toBe(404);
    expect(JSON.stringify(await webhooks.call('GET', ''))).not.toContain(id);
  }, 60_000);

  it('no answer but the first shows a secret, and no row keeps it', async () => {
    const { id, secret } = await webhooks.create(receiver.url('/secret'), { description: 'Wall' });
    const { secret: rotated } = await webhooks.call('POST', `/${id}/rotate-secret`);
    const shown = [await webhooks.call('GET', ''), await webhooks.call('GET', `/${id}`), await webhooks.call('PATCH', `/${id}`, {})];
    const kept = [
      await system.sql('SELECT * FROM subscriptions.webhook_endpoints'),
      await system.sql(`SELECT details FROM platform.audit_trail WHERE action LIKE 'subscriptions.%'`),
    ];
    for (const each of [secret, rotated]) expect(JSON.stringify([shown, kept])).not.toContain((each as string).slice(6));
  });

  it('an idempotency key is refused where the answer holds a secret', async () => {
    const { id } = await webhooks.create(receiver.url('/keys'));
    const options = { token, headers: { 'idempotency-key': 'once' } };
    const creation = await system.post('/admin/webhook-endpoints', { url: receiver.url('/other') }, options);
    const rotation = await system.post(`/admin/webhook-endpoints/${id}/rotate-secret`, undefined, options);
    const refused = [400, [expect.objectContaining({ header: 'Idempotency-Key', rule: 'notHonoured' })]];
    expect([creation, rotation].map(({ status, body }) => [status, body.errors])).toEqual([refused, refused]);
    expect((await webhooks.call('GET', '')).data).toMatchObject([{ id }]);
    expect((await webhooks.call('GET', `/${id}`)).previousSecretUntil).toBeNull();
  });

  it.each([
    [{ url: 'https://user:secret@shop.example/' }, 422, 'subscriptions.webhook-url-refused'],
    [{ url: 'nothing' }, 422, 'subscriptions.webhook-url-refused'],
    [{ url: 'https://shop.example/', types: ['movies.movie-painted.v1'] }, 400, 'request.invalid'],
    [{ url: 'https://shop.example/', types: [] }, 400, 'request.invalid'],
    [{ types: [TYPE] }, 400, 'request.invalid'],
  ])('%j is refused', async (body, status, code) => {
    const answer = await system.post('/admin/webhook-endpoints', body, { token });
    expect(answer.status).toBe(status);
    if (status === 422) expect(answer.body.code).toBe(code);
  });

  it('of admins who create at once, no more succeed than there may be endpoints', async () => {
    const answers = await Promise.all(
      Array.from({ length: 24 }, () => system.post('/admin/webhook-endpoints', { url: receiver.url('/many') }, { token })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(20).fill(201), ...Array<number>(4).fill(409)]);
  }, 60_000);
});
