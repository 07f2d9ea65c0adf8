import type { ApiKey, ApiKeySituation } from './api-key.js';

export abstract class ApiKeys {
  /** Adds the key that is decided on. Of callers for one client at the same moment each sees the keys that the one before left. */
  abstract addKnowingOthers<T extends { readonly apiKey: ApiKey }>(client: string, decide: (situation: ApiKeySituation) => T): Promise<T>;

  /** Throws `ApiKeyNotFound`. */
  abstract change<T>(id: string, decide: (apiKey: ApiKey) => T): Promise<T>;
}
