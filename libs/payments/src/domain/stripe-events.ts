/** What Stripe sent, as it sent it. */
export interface StripeEvent {
  readonly id: string;
  readonly type: string;
  readonly livemode: boolean;
  /** Stripe's time. */
  readonly occurredAt: Date;
  readonly body: object;
}

/**
 * `failed`: applying it went wrong, and it is tried again. `checking`: Stripe is asked whether it is true. `ignored`: not about our objects.
 * `parked`: left to a person. `dismissed`: an admin has ended that.
 */
export type StripeEventStatus = 'received' | 'applied' | 'ignored' | 'checking' | 'failed' | 'parked' | 'dismissed';

/** How an event was dealt with, and why. */
export interface StripeEventOutcome {
  readonly status: StripeEventStatus;
  readonly note: string | null;
}

export interface StripeEventWithStatus extends StripeEvent {
  readonly status: StripeEventStatus;
  /** How often applying it failed. */
  readonly attempts: number;
}

/** An event whose body was deleted, because it is old. */
export type StripeEventWithoutBody = Omit<StripeEventWithStatus, 'body'> & { readonly body: null };

export interface StripeEventBatch {
  readonly receivedBefore: Date;
  readonly limit: number;
}

/** The events that Stripe sent, each once, and their outcomes. */
export abstract class StripeEvents {
  /** Returns false where the event is stored already. */
  abstract store(event: StripeEvent): Promise<boolean>;
  /** Locks the event until the transaction ends; null where there is none. */
  abstract lock(id: string): Promise<StripeEventWithStatus | StripeEventWithoutBody | null>;
  /** Null where there is none. */
  abstract find(id: string): Promise<StripeEventWithStatus | StripeEventWithoutBody | null>;
  /** It keeps its note. */
  abstract dismiss(id: string): Promise<void>;
  abstract mark(id: string, outcome: StripeEventOutcome & { readonly status: Exclude<StripeEventStatus, 'failed'> }): Promise<void>;
  /** The event is due again after a pause that grows with each failure. Parks it at the last attempt, and returns whether this was the last. */
  abstract fail(id: string, reason: string): Promise<{ parked: boolean }>;
  /** Locks the failed event that is due for the longest time, past those that others have locked; null where there is none. */
  abstract lockNextFailed(): Promise<string | null>;
  /** Of events that are applied, ignored, parked or dismissed, oldest first. Returns how many. */
  abstract deleteBodies(batch: StripeEventBatch): Promise<number>;
  /** Events that are applied, ignored or dismissed, oldest first: the others wait for a job or a person. Returns how many. */
  abstract delete(batch: StripeEventBatch): Promise<number>;
}
