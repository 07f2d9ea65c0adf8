/** The port of webhook endpoints. A deleted one is not there. */
import type { WebhookEndpoint } from './webhook-endpoint.js';

export abstract class WebhookEndpoints {
  /** Adds the endpoint that is decided on. Of callers at the same moment each sees how many the one before left. */
  abstract addKnowingOthers(decide: (situation: { readonly count: number }) => WebhookEndpoint): Promise<WebhookEndpoint>;

  /** Locks it. Joins the active transaction. Throws `WebhookEndpointNotFound`. */
  abstract change<T>(id: string, decide: (endpoint: WebhookEndpoint) => T): Promise<T>;

  /** Ids of the enabled ones that have not collected up to this cursor of the feed. */
  abstract behind(cursor: string | null): Promise<string[]>;

  /** As `change`, without waiting: returns null where it is gone, disabled, or locked by another worker. Needs a transaction. */
  abstract lockToCollect(id: string): Promise<WebhookEndpoint | null>;

  abstract moveCursor(id: string, cursor: string | null): Promise<void>;

  /** The sealed secrets of each, whether they sign or not. Locks nothing. */
  abstract sealedSecrets(): Promise<{ readonly id: string; readonly sealed: readonly string[] }[]>;

  /** Whether its last attempt failed. Locks nothing. */
  abstract isFailing(id: string): Promise<boolean>;
}
