/** Tells the relay that a commit has written events: directly in its own process, by NOTIFY from others. Polling finds what a lost signal left. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { Database } from './database.js';

/** The channel that the leading relay listens to. */
export const OUTBOX_CHANNEL = 'messaging_outbox';
/** One NOTIFY in this time, the first at once. Not in the transactions: PostgreSQL lets only one transaction with a NOTIFY commit at a time. */
const INTERVAL_MS = 5;

@Injectable()
export class OutboxSignal {
  #wake: (() => void) | null = null;
  #isDue = false;
  #lastAt = -Infinity;
  /** Not in the context of a request, whose next transaction may have begun. */
  readonly #outsideRequests = AsyncLocalStorage.snapshot();

  constructor(private readonly database: Database) {}

  /** Called by the relay: what to do when there is an event to publish. */
  onNotify(wake: (() => void) | null): void {
    this.#wake = wake;
  }

  notify(): void {
    if (this.#wake !== null) this.#wake();
    else if (!this.#isDue) {
      this.#isDue = true;
      const waitMs = Math.max(0, this.#lastAt + INTERVAL_MS - performance.now());
      this.#outsideRequests(() => setTimeout(() => void this.notifyOthers(), waitMs).unref());
    }
  }

  private async notifyOthers(): Promise<void> {
    this.#isDue = false;
    this.#lastAt = performance.now();
    await this.database.query(`SELECT pg_notify('${OUTBOX_CHANNEL}', '')`).catch(() => undefined);
  }
}
