import { newId } from '@app/kernel/id.js';
import { METRICS } from '@app/platform/telemetry/metrics.js';
import { freePort } from '../../../apps/standalone/src/free-port.js';
import { cliOf } from '../../support/cli.js';
import type { HttpResponse, Json } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { scrape } from '../../support/metrics.js';
import { until } from '../../support/until.js';

const QUEUE = 'reservations.confirm-reservation-when-payment-succeeded';
const REASON = 'Of a reservation that a restore has taken back';

describe('What waits for a person and cannot be mended', () => {
  let system: InProcessSystem;
  let workerPort: number;
  let token: string;

  beforeAll(async () => {
    workerPort = await freePort();
    METRICS.resetMetrics();
    system = await startInProcessSystem({ env: { WORKER_METRICS_PORT: String(workerPort) } });
    token = await system.adminToken();
  }, 60_000);
  afterAll(() => system.close());

  const post = (path: string, body: object): Promise<HttpResponse> => system.post(`/admin/${path}`, body, { token });
  const untilGauge = (name: string, value: number): Promise<unknown> =>
    until(async () => (await scrape(workerPort)).sum(name) === value, { what: `${name} to be ${value}` });
  const entries = (action: string): Promise<Json[]> =>
    system.sql<Json>(`SELECT actor, subject, details FROM platform.audit_trail WHERE action = $1 ORDER BY id`, [action]);

  async function insertLetter(queue = QUEUE): Promise<string> {
    const id = newId();
    await system.sql(
      `INSERT INTO messaging.dead_letters (id, queue, message_id, reason, attempts, body) VALUES ($1, $2, $3, 'put here', 1, 'hello')`,
      [id, queue, newId()],
    );
    return id;
  }

  async function insertParkedEvent(): Promise<string> {
    const id = `evt_${newId()}`;
    await system.sql(
      `INSERT INTO payments.stripe_events (id, type, livemode, occurred_at, received_at, status, note)
       VALUES ($1, 'payment_intent.succeeded', false, now(), now(), 'parked', 'unreadable')`,
      [id],
    );
    return id;
  }

  it('a dismissed dead letter is not counted, and can still be sent back', async () => {
    const [letter, other] = [await insertLetter(), await insertLetter('x.other')];
    await untilGauge('cinema_dead_letters_waiting', 2);
    const dismissed = await post('dead-letters/dismiss', { ids: [letter], reason: REASON });
    expect([dismissed.status, dismissed.body]).toEqual([200, { dismissed: 1, skipped: 0, waiting: 0 }]);
    expect((await post('dead-letters/dismiss', { ids: [letter], reason: REASON })).body).toEqual({ dismissed: 0, skipped: 1, waiting: 0 });
    expect((await post('dead-letters/dismiss', { queue: 'x.other', reason: REASON })).body).toMatchObject({ dismissed: 1, waiting: 0 });
    expect(await entries('messaging.dismiss-dead-letters')).toMatchObject([
      { subject: letter, details: { ids: [letter], dismissed: [letter], reason: REASON } },
      { subject: 'x.other', details: { queue: 'x.other', dismissed: [other], reason: REASON } },
    ]);
    await untilGauge('cinema_dead_letters_waiting', 0);
    const listed = async (status: string): Promise<string[]> =>
      ((await system.expectOk('GET', `/admin/dead-letters?status=${status}`, { token })).data as Json[]).map(({ id }) => id as string);
    expect([await listed('waiting'), await listed('dismissed'), await listed('waiting,dismissed')]).toEqual([
      [],
      [other, letter],
      [other, letter],
    ]);
    expect((await post('dead-letters/redrive', { queue: QUEUE })).body).toMatchObject({ redriven: 0 });
    expect((await post('dead-letters/redrive', { ids: [letter] })).body).toMatchObject({ redriven: 1 });
    // It cannot be read, dies again, and waits again.
    await untilGauge('cinema_dead_letters_waiting', 1);
    expect(await listed('waiting')).toEqual([letter]);
  }, 60_000);

  it('a dismissed Stripe event is not counted, and its body may be gone', async () => {
    const id = await insertParkedEvent();
    await untilGauge('cinema_stripe_events_parked', 1);
    expect((await post(`stripe-events/${id}/replay`, {})).status).toBe(410);
    const dismissed = await post(`stripe-events/${id}/dismiss`, { reason: REASON });
    expect([dismissed.status, dismissed.body]).toMatchObject([200, { id, status: 'dismissed', note: 'unreadable' }]);
    expect(await entries('payments.dismiss-stripe-event')).toMatchObject([{ subject: id, details: { reason: REASON } }]);
    await untilGauge('cinema_stripe_events_parked', 0);
    await system.sql(`UPDATE payments.stripe_events SET status = 'applied' WHERE id = $1`, [id]);
    const refused = await post(`stripe-events/${id}/dismiss`, { reason: REASON });
    expect([refused.status, refused.body.code]).toEqual([409, 'payments.stripe-event-not-parked']);
  }, 60_000);

  it('both are dismissed at the command line', async () => {
    const [letter, event] = [await insertLetter('x.y'), await insertParkedEvent()];
    const run = (...args: string[]) => cliOf(system, args);
    expect(await run('dead-letters', 'dismiss', letter, '--reason', REASON)).toMatchObject({
      code: 0,
      stdout: 'Dismissed 1; 0 did not wait, 0 still wait.',
    });
    expect((await run('dead-letters', 'list', '--status', 'dismissed')).stdout).toContain(`${letter}  dismissed  `);
    expect(await run('stripe-events', 'dismiss', event, '--reason', REASON)).toMatchObject({ code: 0, stdout: `${event} is dismissed.` });
    expect((await run('stripe-events', 'dismiss', event, '--reason', REASON)).stdout).toBe(`${event} was dismissed before.`);
    expect((await run('stripe-events', 'list', '--status', 'dismissed')).stdout).toContain(event);
    for (const args of [
      ['dead-letters', 'dismiss', letter],
      ['stripe-events', 'dismiss', event],
    ])
      expect(await run(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining('--reason is missing') as string });
  }, 60_000);

  it('nothing is dismissed without a reason', async () => {
    const [letter, event] = [await insertLetter(), await insertParkedEvent()];
    for (const [path, body] of [
      ['dead-letters/dismiss', { ids: [letter] }],
      ['dead-letters/dismiss', { ids: [letter], reason: ' ' }],
      ['dead-letters/dismiss', { reason: REASON }],
      [`stripe-events/${event}/dismiss`, {}],
    ] as const)
      expect([path, (await post(path, body)).status]).toEqual([path, 400]);
  });
});
