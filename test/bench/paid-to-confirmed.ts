/** How long a paid hold takes until it is a ticket: Stripe's answer, webhook, event, broker, reaction. */
import { setTimeout as pause } from 'node:timers/promises';
import Stripe from 'stripe';
import { type LoadRequest, percentile } from './load.js';
import type { MeasuredSystem } from './system.js';

const BUYERS = 4;
const POLL_MS = 2;
const TIMEOUT_MS = 20_000;

/** Returns the 95th percentile in milliseconds. `nextHold`: the next pair of free seats; null: there is none. */
export async function paidToConfirmed(system: MeasuredSystem, seconds: number, nextHold: () => LoadRequest | null): Promise<number> {
  const { hostname, port } = new URL(system.sandbox);
  const stripe = new Stripe(system.stripeKey, { host: hostname, port: Number(port), protocol: 'http', telemetry: false });
  const tickets = new Tickets(system);
  const lagsMs: number[] = [];
  const end = performance.now() + seconds * 1_000;
  const buyer = async (): Promise<void> => {
    while (performance.now() < end) {
      const request = nextHold();
      if (request === null) return;
      const { token } = request;
      const { id } = await system.client.expectOk('POST', '/reservations', { token, body: request.body });
      const { clientSecret } = await system.client.expectOk('POST', `/reservations/${id}/payment`, { token });
      await stripe.paymentIntents.confirm((clientSecret as string).split('_secret_')[0]!, { payment_method: 'pm_card_visa' });
      const paidAt = performance.now();
      await tickets.confirmed(id as string);
      lagsMs.push(performance.now() - paidAt);
    }
  };
  await Promise.all(Array.from({ length: BUYERS }, buyer));
  return percentile(lagsMs, 0.95);
}

/** One query of the database for all buyers: when each asked the API every five milliseconds, that was half of what the processes did. */
class Tickets {
  readonly #awaited = new Map<string, () => void>();

  constructor(private readonly system: MeasuredSystem) {}

  async confirmed(id: string): Promise<void> {
    const seen = new Promise<void>((resolve) => this.#awaited.set(id, resolve));
    if (this.#awaited.size === 1) void this.poll();
    const giveUp = new AbortController();
    const late = pause(TIMEOUT_MS, undefined, { signal: giveUp.signal }).then(() => Promise.reject(new Error(`${id} is not confirmed`)));
    await Promise.race([seen, late]).finally(() => giveUp.abort());
  }

  private async poll(): Promise<void> {
    while (this.#awaited.size > 0) {
      const { rows } = await this.system.database.query<{ id: string }>(
        `SELECT id FROM reservations.reservations WHERE id = ANY ($1::uuid[]) AND status = 'confirmed'`,
        [[...this.#awaited.keys()]],
      );
      for (const { id } of rows) {
        this.#awaited.get(id)?.();
        this.#awaited.delete(id);
      }
      await pause(POLL_MS);
    }
  }
}
