import { randomBytes } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Webhook } from 'standardwebhooks';
import { createHealthApplication } from '@app/platform/http/http-application.js';
import { readSettings } from '../../../apps/settings.js';
import { WorkerModule } from '../../../apps/worker/src/worker.module.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';
import { Receiver, WebhookAdmin, publish } from './webhooks-fixture.js';

const CLOCK = '//sandbox/clock';
const DAY_MINUTES = 24 * 60;

let system: InProcessSystem;
let receiver: Receiver;
let webhooks: WebhookAdmin;
let answer: { status: number; headers?: Record<string, string> };
beforeAll(async () => {
  system = await startInProcessSystem();
  receiver = await Receiver.start();
  webhooks = new WebhookAdmin(system, await system.adminToken());
  receiver.answer = (_received, response) => void response.writeHead(answer.status, answer.headers).end();
}, 60_000);
afterEach(() => system.sql(`UPDATE subscriptions.webhook_endpoints SET status = 'deleted'`));
afterAll(async () => {
  await system?.close();
  await receiver?.close();
});

describe('Webhooks after the clock was set back', () => {
  /** An endpoint with a delivery that failed when the clock had been moved so far ahead. */
  async function failedAhead(path: string, days: number): Promise<string> {
    await system.expectOk('DELETE', CLOCK);
    await system.startWorker();
    await system.advanceClock({ minutes: days * DAY_MINUTES });
    const { id } = await webhooks.create(receiver.url(path));
    await publish(system);
    await webhooks.newest(id, { attempts: 1, responseStatus: answer.status });
    return id as string;
  }

  it('a delivery that waits for a time of the moved clock is tried at once', async () => {
    answer = { status: 500 };
    const id = await failedAhead('/set-back', 1);
    answer = { status: 204 };
    await system.expectOk('DELETE', CLOCK);
    await webhooks.newest(id, { status: 'delivered' });
  }, 60_000);

  it('an endpoint that asked for a pause on the moved clock is paused no longer', async () => {
    answer = { status: 429, headers: { 'retry-after': '1800' } };
    const id = await failedAhead('/paused', 1);
    answer = { status: 204 };
    await system.expectOk('DELETE', CLOCK);
    await webhooks.newest(id, { status: 'delivered' });
  }, 60_000);

  it('a worker that starts after that tries what no pause explains', async () => {
    answer = { status: 500 };
    const id = await failedAhead('/started-later', 3);
    await system.stopWorker();
    await system.expectOk('DELETE', CLOCK);
    answer = { status: 204 };
    await system.startWorker();
    await webhooks.newest(id, { status: 'delivered' });
  }, 60_000);
});

describe('Secrets of webhooks after another key', () => {
  const others: NestFastifyApplication[] = [];
  afterEach(async () => {
    await Promise.all(others.splice(0).map((worker) => worker.close()));
  });
  async function workerWith(env: Record<string, string>): Promise<void> {
    const worker = await createHealthApplication(WorkerModule.for(readSettings({ ...system.env, TICK_HOUSEKEEPING_MS: '100', ...env })));
    others.push(worker);
    await worker.init();
  }
  const sealed = () =>
    system.sql<{ id: string; secret: string; previousSecret: string | null }>(
      `SELECT id, secret, previous_secret AS "previousSecret" FROM subscriptions.webhook_endpoints WHERE status <> 'deleted'`,
    );
  const keyOf = (text: string): string => text.split('.')[1]!;

  it('a secret that cannot be read is no failure of its endpoint, and can be rotated', async () => {
    answer = { status: 204 };
    await system.expectOk('DELETE', CLOCK);
    await system.startWorker();
    const { id } = await webhooks.create(receiver.url('/lost-secret'));
    await system.sql(`UPDATE subscriptions.webhook_endpoints SET secret = 'v1.000000000000.aaaa.bbbb.cccc' WHERE id = $1`, [id]);
    const [first] = await publish(system);
    const { nextAttemptAt } = await webhooks.newest(id as string, { error: 'secret-unreadable' });
    await system.advanceClock({ minutes: 6 * DAY_MINUTES });
    await until(async () => (await webhooks.newest(id as string, {}))['nextAttemptAt'] !== nextAttemptAt, { what: 'the next attempt' });
    expect(await webhooks.newest(id as string, {})).toMatchObject({ status: 'waiting', attempts: 0, error: 'secret-unreadable' });
    expect(await webhooks.call('GET', `/${id}`)).toMatchObject({ status: 'enabled', failingSince: null });
    const { secret } = await webhooks.call('POST', `/${id}/rotate-secret`);
    await system.advanceClock({ minutes: 6 });
    await webhooks.newest(id as string, { eventId: first, status: 'delivered', attempts: 1 });
    const [received] = receiver.at('/lost-secret');
    expect(new Webhook(secret as string).verify(received!.body, received!.headers)).toEqual(received!.event);
    // An endpoint with a secret that can be read, away for as long, is disabled.
    const { id: control } = await webhooks.create(receiver.url('/away'));
    answer = { status: 500 };
    await publish(system);
    await webhooks.newest(control as string, { attempts: 1 });
    await system.advanceClock({ minutes: 6 * DAY_MINUTES });
    await webhooks.endpoint(control as string, { status: 'disabled', disabledReason: 'failing' });
  }, 60_000);

  it('secrets are sealed with the new key by the worker', async () => {
    answer = { status: 204 };
    await system.expectOk('DELETE', CLOCK);
    await system.stopWorker();
    const { id, secret: first } = await webhooks.create(receiver.url('/other-key'));
    const { secret } = await webhooks.call('POST', `/${id}/rotate-secret`);
    const broken = await webhooks.create(receiver.url('/broken-secret'));
    await system.sql(`UPDATE subscriptions.webhook_endpoints SET secret = 'v1.000000000000.aaaa.bbbb.cccc' WHERE id = $1`, [broken['id']]);
    const before = (await sealed()).find((each) => each.id === id)!;
    const [earlier, now] = [system.env['WEBHOOK_SECRETS_KEY']!, randomBytes(32).toString('hex')];
    await workerWith({ WEBHOOK_SECRETS_KEY: now, WEBHOOK_SECRETS_PREVIOUS_KEY: earlier });
    const after = await until(async () => (await sealed()).find((each) => each.id === id && keyOf(each.secret) !== keyOf(before.secret)), {
      what: 'the secret under the new key',
    });
    expect(keyOf(after.previousSecret!)).toBe(keyOf(after.secret));
    expect((await sealed()).find((each) => each.id === broken['id'])?.secret).toBe('v1.000000000000.aaaa.bbbb.cccc');
    await Promise.all(others.splice(0).map((worker) => worker.close()));
    await workerWith({ WEBHOOK_SECRETS_KEY: now });
    await publish(system);
    await until(() => receiver.at('/other-key').length === 1, { what: 'the event, signed without the earlier key' });
    const [received] = receiver.at('/other-key');
    for (const each of [first, secret]) expect(new Webhook(each).verify(received!.body, received!.headers)).toEqual(received!.event);
  }, 60_000);
});
