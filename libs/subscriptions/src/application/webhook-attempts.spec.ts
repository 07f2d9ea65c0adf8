import { HOUR_MS } from '@app/kernel/durations.js';
import { InMemoryAlerts } from '@app/kernel/testing/in-memory-alerts.js';
import { ImmediateTransactions } from '@app/platform/testing/immediate-transactions.js';
import { SealedSecrets } from '../domain/sealed-secrets.js';
import type { ClaimedDelivery } from '../domain/webhook-deliveries.js';
import { GIVE_UP_AFTER_MS, type WebhookResult } from '../domain/webhook-delivery.js';
import { WebhookSender } from '../domain/webhook-sender.js';
import { SubscriptionsHarness } from '../testing/subscriptions-harness.js';
import { WebhookAttempts } from './webhook-attempts.js';

/** Answers when the spec says so. */
class HeldSender extends WebhookSender {
  readonly sent: string[] = [];
  answer: (result: WebhookResult) => void = () => undefined;

  send({ url }: { url: string }): Promise<WebhookResult> {
    this.sent.push(url);
    return new Promise((resolve) => (this.answer = resolve));
  }
}

const OLD = 'https://receiver.example/events';
const NEW = 'https://receiver.example/moved';
const answered = (status: number, askedPauseMs: number | null = null): WebhookResult => ({
  kind: 'answered',
  status,
  answer: '',
  askedPauseMs,
});

describe('An attempt that is under way while the address of its endpoint changes', () => {
  let harness: SubscriptionsHarness;
  let sender: HeldSender;
  let alerts: InMemoryAlerts;
  let attempts: WebhookAttempts;
  let endpointId: string;
  beforeEach(async () => {
    [harness, sender, alerts] = [new SubscriptionsHarness(), new HeldSender(), new InMemoryAlerts()];
    const { endpoints, deliveries, clock } = harness;
    const secrets = harness.bus.get(SealedSecrets);
    attempts = new WebhookAttempts(endpoints, deliveries, sender, secrets, new ImmediateTransactions(), alerts, clock);
    endpointId = await harness.createEndpoint();
  });

  async function claimOne(): Promise<ClaimedDelivery> {
    await harness.createFailedDelivery(endpointId, 'e1');
    await harness.deliveries.replayFailed(endpointId, { since: new Date(0), limit: 1, now: harness.clock.now() });
    const [claimed] = await harness.deliveries.claim({ perEndpoint: 1, busy: new Map(), leaseMs: 60_000, now: harness.clock.now() });
    return claimed!;
  }

  /** Sends to the old address, calls `meanwhile`, and lets that address answer. */
  async function attemptDuring(meanwhile: () => unknown, result: WebhookResult): Promise<ClaimedDelivery> {
    const delivery = await claimOne();
    const attempt = attempts.attempt(delivery, '{}', new AbortController().signal);
    await meanwhile();
    sender.answer(result);
    await attempt;
    expect(sender.sent).toEqual([OLD]);
    return delivery;
  }
  const move = () => harness.endpoints.change(endpointId, (endpoint) => endpoint.change({ url: NEW }));

  it.each([
    ['410', answered(410)],
    ['503 with a pause', answered(503, HOUR_MS)],
    ['nothing', { kind: 'unanswered', error: 'timeout' } as const],
  ])('the old address that answers %s says nothing about the new one', async (_, result) => {
    await attemptDuring(move, result);
    expect(harness.endpoint(endpointId)).toMatchObject({ url: NEW, status: 'enabled', pausedUntil: null, failingSince: null });
    expect(alerts.codes).toEqual([]);
  });

  it.each([
    ['410', answered(410), { status: 'disabled', disabledReason: 'gone' }],
    ['503 with a pause', answered(503, HOUR_MS), { status: 'enabled', pausedUntil: expect.any(Date) }],
  ])('the address that is still the same and answers %s is taken at its word', async (_, result, expected) => {
    await attemptDuring(() => undefined, result);
    expect(harness.endpoint(endpointId)).toMatchObject(expected);
  });

  it('a success of the old address does not end the failures of the new one', async () => {
    const fail = () =>
      harness.endpoints.change(endpointId, (endpoint) =>
        endpoint.recordFailure({ at: harness.clock.now(), isGone: false, askedPauseMs: 60_000 }),
      );
    const { id } = await attemptDuring(() => move().then(fail), answered(204));
    const { failingSince, pausedUntil } = harness.endpoint(endpointId);
    expect([failingSince, pausedUntil]).toEqual([expect.any(Date), expect.any(Date)]);
    expect(harness.delivery(id).status).toBe('delivered');
  });

  it('what the old address refused is one attempt, and due at the new one at once', async () => {
    const { id } = await attemptDuring(move, answered(503));
    expect(harness.delivery(id)).toMatchObject({ status: 'waiting', attempts: 1, nextAttemptAt: harness.clock.now() });
  });

  it('what only the old address refused is not given up, however long that was', async () => {
    const { id } = await attemptDuring(move, answered(503));
    harness.clock.advance(GIVE_UP_AFTER_MS);
    const [again] = await harness.deliveries.claim({ perEndpoint: 1, busy: new Map(), leaseMs: 60_000, now: harness.clock.now() });
    const attempt = attempts.attempt(again!, '{}', new AbortController().signal);
    await harness.endpoints.change(endpointId, (endpoint) => endpoint.change({ url: OLD }));
    sender.answer(answered(503));
    await attempt;
    expect(harness.delivery(id)).toMatchObject({ status: 'waiting', attempts: 2 });
  });
});
