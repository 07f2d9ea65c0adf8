import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel/clock.js';
import type { OpenedIntent } from '../domain/card-payments.js';

/** Within this time an intent is not fetched again. A payment that succeeds meanwhile is noticed by its event, or a little later. */
const FRESH_MS = 5_000;
/** Beyond it the oldest is forgotten, and costs one request more. */
const MAX_SECRETS = 10_000;

/** The client secrets of open intents that this process has just seen: kept in memory only, and for seconds. */
@Injectable()
export class RecentClientSecrets {
  readonly #seen = new Map<string, { readonly clientSecret: string; readonly at: number }>();

  constructor(private readonly clock: Clock) {}

  /** Null where the intent was not seen within seconds. */
  secretOf(intentId: string): string | null {
    const seen = this.#seen.get(intentId);
    if (seen !== undefined && this.isFresh(seen.at)) return seen.clientSecret;
    this.#seen.delete(intentId);
    return null;
  }

  /** An intent that has ended is not kept. Returns its secret. */
  remember({ intentId, clientSecret, status }: OpenedIntent): string {
    this.#seen.delete(intentId);
    if (status === 'open' || status === 'failed') this.#seen.set(intentId, { clientSecret, at: this.clock.now().getTime() });
    for (const [oldest, { at }] of this.#seen) {
      if (this.#seen.size <= MAX_SECRETS && this.isFresh(at)) break;
      this.#seen.delete(oldest);
    }
    return clientSecret;
  }

  /** Also of a clock that was set back. */
  private isFresh(at: number): boolean {
    return Math.abs(this.clock.now().getTime() - at) < FRESH_MS;
  }
}
