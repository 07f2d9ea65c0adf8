import { Injectable } from '@nestjs/common';
import { Alerts } from '@app/kernel/alerts.js';
import { Clock } from '@app/kernel/clock.js';
import { addMs } from '@app/kernel/instants.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { WEBHOOK_ENDPOINT_DISABLED, WEBHOOK_SECRET_UNREADABLE } from '../domain/alert-codes.js';
import { SealedSecrets } from '../domain/sealed-secrets.js';
import { type ClaimedDelivery, WebhookDeliveries } from '../domain/webhook-deliveries.js';
import { WebhookEndpointNotFound } from '../domain/errors.js';
import { NOT_SENT_PAUSE_MS, TEST_EVENT_TYPE, type WebhookResult, isSuccess } from '../domain/webhook-delivery.js';
import { type WebhookEndpoint, signingSecrets } from '../domain/webhook-endpoint.js';
import { WebhookEndpoints } from '../domain/webhook-endpoints.js';
import { WebhookSender } from '../domain/webhook-sender.js';
import { webhookHeaders } from '../domain/webhook-signature.js';

const GONE = 410;
/** The structured mode of CloudEvents over HTTP. */
const CONTENT_TYPE = 'application/cloudevents+json; charset=utf-8';

/**
 * Tries one delivery. A process that dies between the answer of the endpoint and its record tries again, with the same `webhook-id`: receivers can
 * drop the second one.
 */
@Injectable()
export class WebhookAttempts {
  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly deliveries: WebhookDeliveries,
    private readonly sender: WebhookSender,
    private readonly secrets: SealedSecrets,
    private readonly transactions: Transactions,
    private readonly alerts: Alerts,
    private readonly clock: Clock,
  ) {}

  /** `body`: of the event; undefined where it is not kept any more. Rejects when `signal` aborts: nothing is recorded then. */
  async attempt(delivery: ClaimedDelivery, body: string | undefined, signal: AbortSignal): Promise<WebhookResult> {
    const startedAt = this.clock.now();
    const result = await this.send(delivery, delivery.type === TEST_EVENT_TYPE ? testEventOf(delivery) : body, signal);
    await this.record(delivery, result, startedAt).catch((error: unknown) => {
      // Deleted meanwhile, and its deliveries with it.
      if (!(error instanceof WebhookEndpointNotFound)) throw error;
    });
    return result;
  }

  private async send(delivery: ClaimedDelivery, body: string | undefined, signal: AbortSignal): Promise<WebhookResult> {
    if (body === undefined) return { kind: 'unanswered', error: 'event-deleted', isFinal: true };
    const secrets = this.secretsOf(delivery);
    if (secrets === null) return { kind: 'not-sent', error: 'secret-unreadable' };
    // In real time: receivers compare it with their own clock.
    const timestamp = Math.floor(Date.now() / 1_000);
    const headers = { 'content-type': CONTENT_TYPE, ...webhookHeaders({ id: delivery.eventId, timestamp, body }, secrets) };
    return this.sender.send({ url: delivery.endpoint.url, headers, body, signal });
  }

  /** Null where the newest secret cannot be read. An earlier secret that cannot be read is left out: it was rotated. */
  private secretsOf({ endpointId, endpoint }: ClaimedDelivery): string[] | null {
    const [newest, ...earlier] = signingSecrets({ ...endpoint, now: this.clock.now() }).map((sealed) => this.tryToOpen(sealed, endpointId));
    if (newest !== undefined && newest !== null) return [newest, ...earlier.filter((secret) => secret !== null)];
    this.alerts.raise(WEBHOOK_SECRET_UNREADABLE, 'The secret of a webhook endpoint cannot be read with this key', { endpointId });
    return null;
  }

  private tryToOpen(sealed: string, endpointId: string): string | null {
    try {
      return this.secrets.open(sealed, endpointId);
    } catch {
      return null;
    }
  }

  private async record(claimed: ClaimedDelivery, result: WebhookResult, startedAt: Date): Promise<void> {
    const { id, endpointId, claim } = claimed;
    const endedAt = this.clock.now();
    await this.transactions.run(async () => {
      // The endpoint first, always: two transactions that need both must not wait for each other. Most successes need no lock of it.
      if (isSuccess(result)) {
        if (await this.endpoints.isFailing(endpointId)) await this.recordRecovery(claimed, endedAt);
        await this.deliveries.change(id, {}, (delivery) => delivery.record(result, { startedAt, endedAt }));
        return;
      }
      // The endpoint too: otherwise everything else that waits for it would fail in the same way at once.
      if (result.kind === 'not-sent') await this.pause(claimed, endedAt);
      const failure = isFaultOfEndpoint(result) ? await this.recordFailure(claimed, result, endedAt) : 'not-counted';
      const hasMoved = failure === 'of-former-address';
      await this.deliveries.change(id, { claim }, (delivery) => delivery.record(result, { startedAt, endedAt, hasMoved }));
      if (typeof failure === 'object' && failure.disabledReason !== null) {
        const { disabledReason: reason } = failure;
        this.alerts.raise(WEBHOOK_ENDPOINT_DISABLED, 'A webhook endpoint was disabled', { endpointId, reason, deliveryId: id });
      }
    });
  }

  private async recordRecovery(claimed: ClaimedDelivery, at: Date): Promise<void> {
    const hadFailed = await this.changeWhereSent(claimed, (endpoint) => endpoint.recordSuccess());
    if (hadFailed === true) await this.deliveries.bringForward(claimed.endpointId, at);
  }

  private pause(claimed: ClaimedDelivery, at: Date): Promise<unknown> {
    return this.changeWhereSent(claimed, (endpoint) => endpoint.pause(addMs(at, NOT_SENT_PAUSE_MS)));
  }

  private recordFailure(claimed: ClaimedDelivery, result: WebhookResult, at: Date) {
    const answer = result.kind === 'answered' ? result : null;
    const failure = { at, isGone: answer?.status === GONE, askedPauseMs: answer?.askedPauseMs ?? null };
    return this.changeWhereSent(claimed, (endpoint) => ({ disabledReason: endpoint.recordFailure(failure) }));
  }

  /** What an address answered says nothing about the one that the endpoint has since. */
  private changeWhereSent<T>({ endpointId, endpoint: { url } }: ClaimedDelivery, change: (endpoint: WebhookEndpoint) => T) {
    return this.endpoints.change(endpointId, (endpoint) => (endpoint.isAt(url) ? change(endpoint) : 'of-former-address'));
  }
}

/** Failures on our side do not count. */
function isFaultOfEndpoint(result: WebhookResult): boolean {
  return result.kind === 'answered' || (result.kind === 'unanswered' && result.isFinal !== true);
}

/** The same body at each attempt. */
function testEventOf({ eventId, endpointId, requestedAt }: ClaimedDelivery): string {
  return JSON.stringify({
    specversion: '1.0',
    id: eventId,
    source: 'urn:cinema:subscriptions',
    type: TEST_EVENT_TYPE,
    subject: endpointId,
    time: requestedAt.toISOString(),
    datacontenttype: 'application/json',
    sequence: 1,
    data: { endpointId },
  });
}
