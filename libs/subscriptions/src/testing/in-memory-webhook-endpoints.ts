import { WebhookEndpointNotFound } from '../domain/errors.js';
import { WebhookEndpoint, type WebhookEndpointState } from '../domain/webhook-endpoint.js';
import { WebhookEndpoints } from '../domain/webhook-endpoints.js';

/** Nothing runs at the same moment, so it needs no locks. */
export class InMemoryWebhookEndpoints extends WebhookEndpoints {
  readonly states = new Map<string, WebhookEndpointState>();

  addKnowingOthers(decide: (situation: { readonly count: number }) => WebhookEndpoint): Promise<WebhookEndpoint> {
    // Async, so that a refusal is a rejection.
    return Promise.resolve({ count: this.existing().length }).then((situation) => {
      const endpoint = decide(situation);
      this.states.set(endpoint.state.id, endpoint.state);
      return endpoint;
    });
  }

  async change<T>(id: string, decide: (endpoint: WebhookEndpoint) => T): Promise<T> {
    const state = await Promise.resolve(this.existing().find((each) => each.id === id));
    if (state === undefined) throw new WebhookEndpointNotFound();
    const endpoint = new WebhookEndpoint(state);
    const result = decide(endpoint);
    this.states.set(id, endpoint.state);
    return result;
  }

  behind(cursor: string | null): Promise<string[]> {
    const behind = this.existing().filter((each) => each.status === 'enabled' && each.cursor !== cursor);
    return Promise.resolve(behind.map(({ id }) => id).sort());
  }

  lockToCollect(id: string): Promise<WebhookEndpoint | null> {
    const state = this.states.get(id);
    return Promise.resolve(state?.status === 'enabled' ? new WebhookEndpoint(state) : null);
  }

  moveCursor(id: string, cursor: string | null): Promise<void> {
    const state = this.states.get(id);
    if (state !== undefined) this.states.set(id, { ...state, cursor });
    return Promise.resolve();
  }

  sealedSecrets(): Promise<{ id: string; sealed: string[] }[]> {
    const sealedOf = ({ secret, previousSecret }: WebhookEndpointState) => [secret, ...(previousSecret === null ? [] : [previousSecret])];
    return Promise.resolve(this.existing().map((state) => ({ id: state.id, sealed: sealedOf(state) })));
  }

  isFailing(id: string): Promise<boolean> {
    return Promise.resolve((this.states.get(id)?.failingSince ?? null) !== null);
  }

  private existing(): WebhookEndpointState[] {
    return [...this.states.values()].filter(({ status }) => status !== 'deleted');
  }
}
