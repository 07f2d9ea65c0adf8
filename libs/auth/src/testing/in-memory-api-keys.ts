import { ApiKey, type ApiKeySituation, type ApiKeyState } from '../domain/api-key.js';
import { ApiKeys } from '../domain/api-keys.js';
import { ApiKeyNotFound } from '../domain/errors.js';

/** Nothing runs at the same moment, so it needs no locks. */
export class InMemoryApiKeys extends ApiKeys {
  readonly states = new Map<string, ApiKeyState>();

  addKnowingOthers<T extends { readonly apiKey: ApiKey }>(client: string, decide: (situation: ApiKeySituation) => T): Promise<T> {
    const active = [...this.states.values()].filter((state) => state.client === client && state.revokedAt === null);
    // Async, so that a refusal is a rejection.
    return Promise.resolve({ activeKeys: active.length }).then((situation) => {
      const decided = decide(situation);
      this.states.set(decided.apiKey.state.id, decided.apiKey.state);
      return decided;
    });
  }

  change<T>(id: string, decide: (apiKey: ApiKey) => T): Promise<T> {
    const state = this.states.get(id);
    if (state === undefined) return Promise.reject(new ApiKeyNotFound());
    const apiKey = new ApiKey(state);
    const result = decide(apiKey);
    this.states.set(id, apiKey.state);
    return Promise.resolve(result);
  }
}
