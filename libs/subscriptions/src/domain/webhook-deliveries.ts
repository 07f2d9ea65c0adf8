/** The port of webhook deliveries: one row for each endpoint and event. */
import type { WebhookDelivery, WebhookDeliveryState } from './webhook-delivery.js';
import type { WebhookEndpointState } from './webhook-endpoint.js';

/** A delivery that this worker tries, and where to. */
export interface ClaimedDelivery extends Pick<WebhookDeliveryState, 'id' | 'endpointId' | 'eventId' | 'type' | 'requestedAt'> {
  /** After the lease has ended and another worker has claimed it, a failure under this number counts no more. */
  readonly claim: number;
  readonly endpoint: Pick<WebhookEndpointState, 'url' | 'secret' | 'previousSecret' | 'previousSecretUntil'>;
}

export interface ClaimOptions {
  /** How many deliveries to one endpoint this process tries at the same time. */
  readonly perEndpoint: number;
  /** Attempts of this process that are under way, by endpoint. */
  readonly busy: ReadonlyMap<string, number>;
  readonly leaseMs: number;
  readonly now: Date;
}

export abstract class WebhookDeliveries {
  /** Adds those whose endpoint and event are new. Joins the active transaction. */
  abstract add(deliveries: readonly WebhookDelivery[]): Promise<void>;

  /** How many wait for this endpoint. Counts no further than `limit`. */
  abstract waitingCount(endpointId: string, limit: number): Promise<number>;

  /** Claims due deliveries of enabled endpoints that asked for no pause, for the time of the lease. A worker that dies leaves them to the next one. */
  abstract claim(options: ClaimOptions): Promise<ClaimedDelivery[]>;

  /** Gives claimed deliveries back as if they had not been claimed. */
  abstract release(claimed: readonly ClaimedDelivery[], now: Date): Promise<void>;

  /**
   * Locks it and ends its claim. `claim`: nothing is decided where another worker has claimed it since. Returns whether it was decided. Joins the
   * active transaction.
   */
  abstract change(
    id: string,
    options: { readonly endpointId?: string; readonly claim?: number },
    decide: (delivery: WebhookDelivery) => void,
  ): Promise<boolean>;

  /** Makes what waits for this endpoint due now, except what is tried at the moment. */
  abstract bringForward(endpointId: string, now: Date): Promise<void>;

  /** As `bringForward`, for every endpoint: what is due after `later`, and what is tried and has a lease that ends after `leaseEnd`. */
  abstract bringForwardAll(after: { readonly later: Date; readonly leaseEnd: Date; readonly now: Date }): Promise<void>;

  /** The oldest failed ones of this endpoint that were requested since then, at most `limit`, wait again. Returns how many. */
  abstract replayFailed(endpointId: string, options: { readonly since: Date; readonly limit: number; readonly now: Date }): Promise<number>;
}
