/** Holds with payments at a steady rate. What was acknowledged is remembered; what was not is asked again with the same key, when the answer says so. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type Stripe from 'stripe';
import type { HttpClient, HttpResponse } from '../support/http-client.js';

/** Where no answer came, or none that says when. */
const RETRY_MS = 500;
/** A customer gives up then. */
const GIVE_UP_MS = 45_000;
const SEATS_PER_ROW = 25;
const ROWS = 20;

interface LoadOptions {
  readonly client: HttpClient;
  readonly stripe: Stripe;
  readonly showtimeIds: readonly string[];
  readonly customers: readonly { readonly id: string; readonly token: string }[];
  readonly holdsPerSecond: number;
}

export class Load {
  /** Ids of reservations whose hold was answered with 201. */
  readonly held = new Set<string>();
  /** Of those, the ones whose card was charged. */
  readonly paid = new Set<string>();
  readonly refused = new Map<number, number>();
  gaveUp = 0;
  failedAttempts = 0;
  /** What the last attempt failed with that was not answered. */
  lastFailure = '';
  /** Times of 201s, on the clock of `performance.now()`. */
  readonly acknowledgedAt: number[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(private readonly options: LoadOptions) {}

  /** Until the time is over, or until `stop`. Then it waits for the customers who are under way. */
  async run(durationMs = Number.POSITIVE_INFINITY): Promise<void> {
    const end = performance.now() + durationMs;
    const everyMs = 1_000 / this.options.holdsPerSecond;
    for (let next = performance.now(); next < end && !this.#stopping.signal.aborted; next += everyMs) {
      await pause(Math.max(0, next - performance.now()));
      const buying = this.buy().finally(() => this.#running.delete(buying));
      this.#running.add(buying);
    }
    await Promise.all(this.#running);
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** The longest time without an acknowledged hold between two moments. */
  longestGapMs(from: number, to: number): number {
    const times = [from, ...this.acknowledgedAt.filter((time) => time > from && time < to), to].sort((a, b) => a - b);
    return Math.max(...times.slice(1).map((time, index) => time - times[index]!));
  }

  private async buy(): Promise<void> {
    const { client, showtimeIds, customers, stripe } = this.options;
    const { token } = oneOf(customers);
    const row = String.fromCharCode(65 + Math.floor(Math.random() * ROWS));
    const first = 1 + Math.floor(Math.random() * (SEATS_PER_ROW - 1));
    const body = { showtimeId: oneOf(showtimeIds), seats: [`${row}${first}`, `${row}${first + 1}`] };
    const headers = { 'idempotency-key': randomUUID() };
    const answer = await this.untilAnswered(() => client.post('/reservations', body, { token, headers }));
    if (answer === null) return;
    if (answer.status !== 201) return void this.refused.set(answer.status, (this.refused.get(answer.status) ?? 0) + 1);
    const id = answer.body.id as string;
    this.held.add(id);
    this.acknowledgedAt.push(performance.now());
    const started = await this.untilAnswered(() => client.call('POST', `/reservations/${id}/payment`, { token }));
    if (started === null || started.status > 201) return;
    const intent = (started.body.clientSecret as string).split('_secret_')[0]!;
    await stripe.paymentIntents.confirm(intent, { payment_method: 'pm_card_visa' }).then(
      () => this.paid.add(id),
      () => undefined,
    );
  }

  /** Null when the customer gave up. */
  private async untilAnswered(ask: () => Promise<HttpResponse>): Promise<HttpResponse | null> {
    let waitMs = RETRY_MS;
    for (const end = performance.now() + GIVE_UP_MS; performance.now() < end; await pause(waitMs * (1 + Math.random()))) {
      waitMs = RETRY_MS;
      try {
        const answer = await ask();
        if (answer.status < 500 && answer.status !== 429) return answer;
        waitMs = retryAfterMs(answer) ?? RETRY_MS;
        this.lastFailure = `${answer.status} ${JSON.stringify(answer.body).slice(0, 200)}`;
      } catch (error) {
        // Cut off in the middle: the same key asks for the same hold.
        this.lastFailure = String(error);
      }
      this.failedAttempts++;
    }
    this.gaveUp++;
    return null;
  }
}

/** Customers who all wait exactly as long would come back as one crowd, so the caller spreads it. */
function retryAfterMs({ headers }: HttpResponse): number | null {
  const value = headers.get('retry-after');
  return value !== null && /^\d+$/.test(value) ? Number(value) * 1_000 : null;
}

function oneOf<T>(all: readonly T[]): T {
  return all[Math.floor(Math.random() * all.length)]!;
}
