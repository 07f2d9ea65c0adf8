import { performance } from 'node:perf_hooks';
import { isNativeError } from 'node:util/types';
import type { Ledger } from '../ledger/ledger.js';
import type { Attempt, Deliveries, DueDelivery } from './deliveries.js';
import { webhookRequest } from './webhook-request.js';

const concurrency = 16;
const longestSleepMs = 60_000;

/** Sends what is due, a few at a time and in no promised order, until it is stopped. */
export class Dispatcher {
  readonly #inFlight = new Set<string>();
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #woken = false;

  constructor(
    private readonly ledger: Ledger,
    private readonly deliveries: Deliveries,
    private readonly url: string,
    private readonly secret: string,
    private readonly timeoutMs: number,
    private readonly log: (line: string) => void,
  ) {}

  /** Looks for due deliveries once the work at hand, and with it its transaction, is done. */
  wake(): void {
    if (this.#woken || this.#stopping.signal.aborted) return;
    this.#woken = true;
    setImmediate(() => {
      this.#woken = false;
      this.#send();
    });
  }

  stop(): void {
    this.#stopping.abort();
    clearTimeout(this.#timer);
  }

  #send(): void {
    if (this.#stopping.signal.aborted) return;
    clearTimeout(this.#timer);
    const now = Date.now();
    for (const delivery of this.deliveries.due(now, concurrency - this.#inFlight.size, this.#inFlight)) {
      this.#inFlight.add(delivery.id);
      void this.#deliver(delivery);
    }
    const next = this.deliveries.nextDueAfter(now);
    if (next !== undefined) this.#timer = setTimeout(() => this.wake(), Math.min(Math.max(0, next - Date.now()), longestSleepMs));
  }

  async #deliver(delivery: DueDelivery): Promise<void> {
    const attempt = await this.#attempt(delivery);
    // A delivery cut off by the shutdown has no outcome; its row stays due for the next start.
    if (this.#stopping.signal.aborted) return;
    this.deliveries.attempted(delivery, attempt);
    this.#inFlight.delete(delivery.id);
    if (attempt.error !== null) this.log(`webhook ${delivery.event} attempt ${delivery.attempts + 1}: ${attempt.error}`);
    this.wake();
  }

  async #attempt(delivery: DueDelivery): Promise<Attempt> {
    const event = this.ledger.events.find(delivery.event);
    if (event === undefined) return { status: null, error: 'the event is gone', durationMs: 0 };
    const started = performance.now();
    const outcome = (status: number | null, error: string | null): Attempt => ({ status, error, durationMs: performance.now() - started });
    try {
      const response = await fetch(this.url, {
        method: 'POST',
        ...webhookRequest(event, this.secret, delivery.alteration),
        redirect: 'manual',
        signal: AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(this.timeoutMs)]),
      });
      await response.arrayBuffer();
      return outcome(response.status, response.ok ? null : `answered ${response.status}`);
    } catch (error) {
      return outcome(null, this.#reason(error));
    }
  }

  #reason(error: unknown): string {
    if (!isNativeError(error)) return String(error);
    if (error.name === 'TimeoutError') return `no answer within ${this.timeoutMs} ms`;
    return isNativeError(error.cause) && error.cause.message !== '' ? error.cause.message : error.message;
  }
}
