import type { ApiKey, ApiKeySearch, ApiKeySituation, ApiKeyState } from './api-key.js';

/** A key that a person must look at. */
export interface ExpiringApiKey extends Pick<ApiKeyState, 'id' | 'client' | 'prefix'> {
  readonly expiresAt: Date;
}

export abstract class ApiKeys {
  /** Adds the key that is decided on. Of callers for one client at the same moment each sees the keys that the one before left. */
  abstract addKnowingOthers<T extends { readonly apiKey: ApiKey }>(client: string, decide: (situation: ApiKeySituation) => T): Promise<T>;

  /** Keys that are not revoked, the first to expire first; a hundred at most. */
  abstract expiring(search: ApiKeySearch): Promise<ExpiringApiKey[]>;

  /** Throws `ApiKeyNotFound`. */
  abstract change<T>(id: string, decide: (apiKey: ApiKey) => T): Promise<T>;
}
