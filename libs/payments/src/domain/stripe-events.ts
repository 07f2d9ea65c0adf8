import type { StripeEventProgress } from './stripe-event.js';

/** What Stripe sent, as it sent it. */
export interface StripeEvent {
  readonly id: string;
  readonly type: string;
  readonly livemode: boolean;
  /** Stripe's time. */
  readonly occurredAt: Date;
  readonly body: object;
}

export interface StripeEventWithStatus extends StripeEvent, StripeEventProgress {}

/** An event whose body was deleted, because it is old. */
export type StripeEventWithoutBody = Omit<StripeEventWithStatus, 'body'> & { readonly body: null };

export interface StripeEventBatch {
  readonly receivedBefore: Date;
  readonly limit: number;
}

/** The events that Stripe sent, each once, and how far each has come. */
export abstract class StripeEvents {
  /** Returns false where the event is stored already. */
  abstract store(event: StripeEvent): Promise<boolean>;
  /** Locks the event until the transaction ends; null where there is none. */
  abstract lock(id: string): Promise<StripeEventWithStatus | StripeEventWithoutBody | null>;
  /** Null where there is none. */
  abstract find(id: string): Promise<StripeEventWithStatus | StripeEventWithoutBody | null>;
  /** A failed event is due again after a pause that grows with its attempts; any other is not due. */
  abstract update(id: string, progress: StripeEventProgress): Promise<void>;
  /** Locks the failed event that is due for the longest time, past those that others have locked; null where there is none. */
  abstract lockNextFailed(): Promise<string | null>;
  /** Of events that are applied, ignored, parked or dismissed, oldest first. Returns how many. */
  abstract deleteBodies(batch: StripeEventBatch): Promise<number>;
  /** Events that are applied, ignored or dismissed, oldest first: the others wait for a job or a person. Returns how many. */
  abstract delete(batch: StripeEventBatch): Promise<number>;
}
