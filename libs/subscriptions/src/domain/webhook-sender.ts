/** The port of the request to an endpoint. */
import type { WebhookResult } from './webhook-delivery.js';

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Ends the request; it rejects then. */
  readonly signal: AbortSignal;
}

export abstract class WebhookSender {
  /** Resolves also where the endpoint is away, slow, refuses, or has an address that is not public. Rejects only when `signal` aborts. */
  abstract send(request: WebhookRequest): Promise<WebhookResult>;
}
