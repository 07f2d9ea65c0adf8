import type { CardEvent } from './card-payments.js';

/**
 * `failed`: applying went wrong, it is tried again. `checking`: Stripe is asked whether it stands by it. `ignored`: not about us.
 * `parked`: waits for a person.
 */
export type WebhookStatus = 'received' | 'applied' | 'ignored' | 'checking' | 'failed' | 'parked';

export interface StoredEvent extends CardEvent {
  readonly status: WebhookStatus;
  readonly tries: number;
}

/** The events Stripe sent, each once, and what became of them. */
export abstract class Webhooks {
  /** False when this event is stored already. */
  abstract store(event: CardEvent): Promise<boolean>;
  /** Locks the event until the transaction ends; null when there is none. */
  abstract lock(id: string): Promise<StoredEvent | null>;
  /** Without a lock; null when there is none. */
  abstract find(id: string): Promise<StoredEvent | null>;
  abstract mark(id: string, status: Exclude<WebhookStatus, 'failed'>, note: string | null): Promise<void>;
  /** Back-off; parked after the last try. Answers whether that was it. */
  abstract failed(id: string, reason: string): Promise<{ parked: boolean }>;
  /** Locks the next failed event that may be tried again, skipping those others are at; null when there is none. */
  abstract nextFailed(): Promise<string | null>;
}
