import { performance } from 'node:perf_hooks';
import { isNativeError } from 'node:util/types';
import type { Ledger } from '../ledger/ledger.js';
import type { Deliveries, DeliveryAttempt, DueDelivery } from './deliveries.js';
import { newWebhookRequest } from './webhook-request.js';

const CONCURRENCY = 16;
const MAX_SLEEP_MS = 60_000;

interface WebhookDispatcherOptions {
  url: string;
  /** Signs the deliveries. */
  secret: string;
  timeoutMs: number;
  log: (line: string) => void;
}

/** Sends the deliveries that are due, a limited number at once and in no particular order. */
export class WebhookDispatcher {
  readonly #inFlight = new Set<string>();
  readonly #stopController = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #isWaking = false;

  constructor(
    private readonly ledger: Ledger,
    private readonly deliveries: Deliveries,
    private readonly options: WebhookDispatcherOptions,
  ) {}

  /** Starts sending after the current task, so that its transaction is committed first. */
  wake(): void {
    if (this.#isWaking || this.#stopController.signal.aborted) return;
    this.#isWaking = true;
    setImmediate(() => {
      this.#isWaking = false;
      this.sendDue();
    });
  }

  stop(): void {
    this.#stopController.abort();
    clearTimeout(this.#timer);
  }

  private sendDue(): void {
    if (this.#stopController.signal.aborted) return;
    clearTimeout(this.#timer);
    const now = Date.now();
    for (const delivery of this.deliveries.findDue({ now, limit: CONCURRENCY - this.#inFlight.size, inFlight: this.#inFlight })) {
      this.#inFlight.add(delivery.id);
      void this.deliver(delivery);
    }
    const nextDueAt = this.deliveries.nextDueAtAfter(now);
    if (nextDueAt !== undefined) {
      this.#timer = setTimeout(() => this.wake(), Math.min(Math.max(0, nextDueAt - Date.now()), MAX_SLEEP_MS));
    }
  }

  private async deliver(delivery: DueDelivery): Promise<void> {
    const attempt = await this.sendOnce(delivery);
    // A delivery that the shutdown interrupted has no result. Its row stays due, and the next start sends it.
    if (this.#stopController.signal.aborted) return;
    this.deliveries.recordAttempt(delivery, attempt);
    this.#inFlight.delete(delivery.id);
    if (attempt.error !== null) {
      this.options.log(`delivery attempt ${delivery.attempts + 1} of webhook ${delivery.event} failed: ${attempt.error}`);
    }
    this.wake();
  }

  private async sendOnce(delivery: DueDelivery): Promise<DeliveryAttempt> {
    const event = this.ledger.events.find(delivery.event);
    if (event === undefined) return { status: null, error: 'the event no longer exists', durationMs: 0 };
    const startedAtMs = performance.now();
    const result = (status: number | null, error: string | null): DeliveryAttempt => ({
      status,
      error,
      durationMs: performance.now() - startedAtMs,
    });
    try {
      const response = await fetch(this.options.url, {
        method: 'POST',
        ...newWebhookRequest(event, this.options.secret, delivery.alteration),
        redirect: 'manual',
        signal: AbortSignal.any([this.#stopController.signal, AbortSignal.timeout(this.options.timeoutMs)]),
      });
      await response.arrayBuffer();
      return result(response.status, response.ok ? null : `answered ${response.status}`);
    } catch (error) {
      return result(null, this.failureReason(error));
    }
  }

  private failureReason(error: unknown): string {
    if (!isNativeError(error)) return String(error);
    if (error.name === 'TimeoutError') return `no answer within ${this.options.timeoutMs} ms`;
    return isNativeError(error.cause) && error.cause.message !== '' ? error.cause.message : error.message;
  }
}
