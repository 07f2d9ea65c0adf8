export interface StripeEvent {
  readonly id: string;
  readonly type: string;
  readonly livemode: boolean;
  /** Stripe's time. */
  readonly occurredAt: Date;
  readonly body: object;
}

/**
 * `failed`: applying went wrong, it is tried again. `checking`: Stripe is asked whether it stands by it. `ignored`: not about us.
 * `parked`: waits for a person.
 */
export type StripeEventStatus = 'received' | 'applied' | 'ignored' | 'checking' | 'failed' | 'parked';

export interface StoredStripeEvent extends StripeEvent {
  readonly status: StripeEventStatus;
  readonly attempts: number;
}

/** The events Stripe sent, each once, and what became of them. */
export abstract class StripeEvents {
  /** False when this event is stored already. */
  abstract store(event: StripeEvent): Promise<boolean>;
  /** Locks the event until the transaction ends; null when there is none. */
  abstract lock(id: string): Promise<StoredStripeEvent | null>;
  /** Without a lock; null when there is none. */
  abstract find(id: string): Promise<StoredStripeEvent | null>;
  abstract mark(id: string, status: Exclude<StripeEventStatus, 'failed'>, note: string | null): Promise<void>;
  /** Back-off; parked after the last try. Answers whether that was it. */
  abstract fail(id: string, reason: string): Promise<{ parked: boolean }>;
  /** Locks the next failed event that may be tried again, skipping those others are at; null when there is none. */
  abstract lockNextFailed(): Promise<string | null>;
}
