import { addMs } from '@app/kernel/instants.js';
import { type ClaimOptions, type ClaimedDelivery, WebhookDeliveries } from '../domain/webhook-deliveries.js';
import { WebhookDelivery, type WebhookDeliveryState } from '../domain/webhook-delivery.js';
import type { InMemoryWebhookEndpoints } from './in-memory-webhook-endpoints.js';

/** Nothing runs at the same moment, so it needs no locks. */
export class InMemoryWebhookDeliveries extends WebhookDeliveries {
  readonly states = new Map<string, WebhookDeliveryState>();
  readonly #claims = new Map<string, number>();
  #lastClaim = 0;

  constructor(private readonly endpoints: InMemoryWebhookEndpoints) {
    super();
  }

  add(deliveries: readonly WebhookDelivery[]): Promise<void> {
    for (const { state } of deliveries) {
      const isKnown = this.of(state.endpointId).some(({ eventId }) => eventId === state.eventId);
      if (!isKnown) this.states.set(state.id, state);
    }
    return Promise.resolve();
  }

  waitingCount(endpointId: string, limit: number): Promise<number> {
    return Promise.resolve(Math.min(limit, this.of(endpointId).filter(({ status }) => status === 'waiting').length));
  }

  claim({ perEndpoint, busy, leaseMs, now }: ClaimOptions): Promise<ClaimedDelivery[]> {
    const claimable = [...this.endpoints.states.values()].filter(
      ({ status, pausedUntil }) => status === 'enabled' && (pausedUntil === null || pausedUntil <= now),
    );
    const claimed = claimable.flatMap((endpoint) =>
      this.of(endpoint.id)
        .filter(({ status, nextAttemptAt }) => status === 'waiting' && nextAttemptAt! <= now)
        .sort((a, b) => a.nextAttemptAt!.getTime() - b.nextAttemptAt!.getTime())
        .slice(0, Math.max(0, perEndpoint - (busy.get(endpoint.id) ?? 0)))
        .map((delivery) => ({ ...delivery, endpoint, claim: ++this.#lastClaim })),
    );
    for (const { id, claim } of claimed) {
      this.#claims.set(id, claim);
      this.set(id, { nextAttemptAt: addMs(now, leaseMs) });
    }
    return Promise.resolve(claimed);
  }

  release(claimed: readonly ClaimedDelivery[], now: Date): Promise<void> {
    for (const { id, claim } of claimed)
      if (this.#claims.get(id) === claim) {
        this.#claims.delete(id);
        this.set(id, { nextAttemptAt: now });
      }
    return Promise.resolve();
  }

  async change(
    id: string,
    { endpointId, claim }: { readonly endpointId?: string; readonly claim?: number },
    decide: (delivery: WebhookDelivery) => void,
  ): Promise<boolean> {
    const state = await Promise.resolve(this.states.get(id));
    if (state === undefined || state.endpointId !== (endpointId ?? state.endpointId)) return false;
    if (claim !== undefined && this.#claims.get(id) !== claim) return false;
    const delivery = new WebhookDelivery(state);
    decide(delivery);
    this.#claims.delete(id);
    this.states.set(id, delivery.state);
    return true;
  }

  bringForward(endpointId: string, now: Date): Promise<void> {
    for (const { id, status, nextAttemptAt } of this.of(endpointId))
      if (status === 'waiting' && nextAttemptAt! > now && !this.#claims.has(id)) this.set(id, { nextAttemptAt: now });
    return Promise.resolve();
  }

  bringForwardAll({ later, leaseEnd, now }: { readonly later: Date; readonly leaseEnd: Date; readonly now: Date }): Promise<void> {
    for (const { id, status, nextAttemptAt } of this.states.values())
      if (status === 'waiting' && nextAttemptAt! > (this.#claims.has(id) ? leaseEnd : later)) this.set(id, { nextAttemptAt: now });
    return Promise.resolve();
  }

  replayFailed(endpointId: string, { since, limit, now }: { since: Date; limit: number; now: Date }): Promise<number> {
    const failed = this.of(endpointId)
      .filter(({ status, requestedAt }) => status === 'failed' && requestedAt >= since)
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .slice(0, limit);
    for (const { id } of failed) this.set(id, { status: 'waiting', attempts: 0, firstAttemptAt: null, nextAttemptAt: now, endedAt: null });
    return Promise.resolve(failed.length);
  }

  private of(endpointId: string): WebhookDeliveryState[] {
    return [...this.states.values()].filter((state) => state.endpointId === endpointId);
  }

  private set(id: string, change: Partial<WebhookDeliveryState>): void {
    this.states.set(id, { ...this.states.get(id)!, ...change });
  }
}
