import { ApiKey, type ApiKeySearch, type ApiKeySituation, type ApiKeyState } from '../domain/api-key.js';
import { ApiKeys, type ExpiringApiKey } from '../domain/api-keys.js';
import { ApiKeyNotFound } from '../domain/errors.js';

/** Nothing runs at the same moment, so it needs no locks. */
export class InMemoryApiKeys extends ApiKeys {
  readonly states = new Map<string, ApiKeyState>();
  /** By id. */
  readonly lastUses = new Map<string, Date>();

  addKnowingOthers<T extends { readonly apiKey: ApiKey }>(client: string, decide: (situation: ApiKeySituation) => T): Promise<T> {
    const active = [...this.states.values()].filter(
      (state) => state.client === client && state.revokedAt === null && (state.expiresAt === null || state.expiresAt > new Date()),
    );
    // Async, so that a refusal is a rejection.
    return Promise.resolve({ activeKeys: active.length }).then((situation) => {
      const decided = decide(situation);
      this.states.set(decided.apiKey.state.id, decided.apiKey.state);
      return decided;
    });
  }

  expiring({ expiresBefore, usedAfter }: ApiKeySearch): Promise<ExpiringApiKey[]> {
    const found = [...this.states.values()].flatMap(({ id, client, prefix, expiresAt, revokedAt }) => {
      const usedAt = this.lastUses.get(id);
      const isInUse = revokedAt === null && usedAt !== undefined && usedAt > usedAfter;
      return isInUse && expiresAt !== null && expiresAt < expiresBefore ? [{ id, client, prefix, expiresAt }] : [];
    });
    return Promise.resolve(found.sort((a, b) => a.expiresAt.getTime() - b.expiresAt.getTime()));
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
