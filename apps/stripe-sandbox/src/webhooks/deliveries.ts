import type { Stripe } from 'stripe';
import type { Alteration, DeliveryPlan } from '../faults/faults.js';
import type { Database } from '../ledger/database.js';
import { newId } from '../ledger/ids.js';

const RETAINED_ATTEMPTS = 10_000;
const ATTEMPTS_BETWEEN_PRUNINGS = 500;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
// Stripe's live mode also retries for three days, with growing delays.
const DEFAULT_RETRY_DELAYS_MS = [
  1000,
  5000,
  30_000,
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  ...[1, 3, 8, 12, 24, 24].map((hours) => hours * HOUR_MS),
];

export interface DueDelivery {
  id: string;
  event: string;
  attempts: number;
  alteration: Alteration | null;
}

/** The result of one attempt to deliver. `status` is null when there was no response. */
export interface DeliveryAttempt {
  status: number | null;
  error: string | null;
  durationMs: number;
}

/** A delivery as `GET /sandbox/webhooks` returns it. */
export interface DeliveryView {
  id: string;
  event: string;
  type: string;
  state: 'pending' | 'delivered' | 'failed';
  attempts: { at: string; status: number | null; error: string | null; durationMs: number }[];
  nextAttemptAt: string | null;
}

interface DeliveryRow {
  id: string;
  event: string;
  type: string;
  state: DeliveryView['state'];
  attempts: number;
  due_at: number;
  alteration: string | null;
}

/** Webhooks to send, and the attempts that were made. They are rows, so that a restart loses none. */
export class Deliveries {
  #attemptsSincePruning = 0;

  constructor(
    private readonly database: Database,
    private readonly retryDelaysMs: readonly number[] = DEFAULT_RETRY_DELAYS_MS,
  ) {
    database.createSchema(`
      CREATE TABLE IF NOT EXISTS deliveries (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, event TEXT NOT NULL, type TEXT NOT NULL,
        state TEXT NOT NULL, attempts INTEGER NOT NULL, due_at INTEGER NOT NULL, alteration TEXT
      );
      CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (due_at) WHERE state = 'pending';
      CREATE INDEX IF NOT EXISTS deliveries_by_event ON deliveries (event);
      CREATE TABLE IF NOT EXISTS delivery_attempts (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, delivery TEXT NOT NULL, at INTEGER NOT NULL, status INTEGER, error TEXT, duration_ms INTEGER NOT NULL
      );
      CREATE INDEX IF NOT EXISTS delivery_attempts_by_delivery ON delivery_attempts (delivery);
    `);
  }

  enqueue(event: Stripe.EventBase, plan: DeliveryPlan): void {
    const alteration = plan.alteration === null ? null : JSON.stringify(plan.alteration);
    for (let copy = 0; copy < plan.copies; copy += 1) {
      this.database.run(
        "INSERT INTO deliveries (id, event, type, state, attempts, due_at, alteration) VALUES (?, ?, ?, 'pending', 0, ?, ?)",
        newId('delivery'),
        event.id,
        event.type,
        Math.round(Date.now() + plan.delayMs()),
        alteration,
      );
    }
  }

  findDue({ now, limit, inFlight }: { now: number; limit: number; inFlight: ReadonlySet<string> }): DueDelivery[] {
    const rows = this.database.all<DeliveryRow>(
      "SELECT * FROM deliveries WHERE state = 'pending' AND due_at <= ? ORDER BY due_at LIMIT ?",
      now,
      limit + inFlight.size,
    );
    return rows
      .filter((row) => !inFlight.has(row.id))
      .slice(0, limit)
      .map((row) => ({
        id: row.id,
        event: row.event,
        attempts: row.attempts,
        alteration: row.alteration === null ? null : (JSON.parse(row.alteration) as Alteration),
      }));
  }

  /** Returns the time of the next delivery after `now`, or undefined when no delivery is pending after `now`. */
  nextDueAtAfter(now: number): number | undefined {
    return this.database.get<{ due_at: number }>(
      "SELECT due_at FROM deliveries WHERE state = 'pending' AND due_at > ? ORDER BY due_at LIMIT 1",
      now,
    )?.due_at;
  }

  /** A 2xx makes the delivery `delivered`. Otherwise it is due again after the next retry delay, and `failed` after the last one. */
  recordAttempt(delivery: DueDelivery, attempt: DeliveryAttempt): void {
    const delivered = attempt.status !== null && attempt.status >= 200 && attempt.status < 300;
    const retryDelayMs = this.retryDelaysMs[delivery.attempts];
    const state = delivered ? 'delivered' : retryDelayMs === undefined ? 'failed' : 'pending';
    this.database.transaction(() => {
      this.database.run(
        'INSERT INTO delivery_attempts (delivery, at, status, error, duration_ms) VALUES (?, ?, ?, ?, ?)',
        delivery.id,
        Date.now(),
        attempt.status,
        attempt.error,
        Math.round(attempt.durationMs),
      );
      this.database.run(
        'UPDATE deliveries SET state = ?, attempts = attempts + 1, due_at = ? WHERE id = ?',
        state,
        Date.now() + (retryDelayMs ?? 0),
        delivery.id,
      );
      if (delivered) {
        this.database.run("UPDATE events SET pending = 0, body = json_set(body, '$.pending_webhooks', 0) WHERE id = ?", delivery.event);
      }
    });
    this.pruneRegularly();
  }

  /** Returns the newest first. */
  list({ event, state, limit }: { event?: string | undefined; state?: string | undefined; limit: number }): DeliveryView[] {
    const rows = this.database.all<DeliveryRow>(
      'SELECT * FROM deliveries WHERE event = coalesce(?, event) AND state = coalesce(?, state) ORDER BY seq DESC LIMIT ?',
      event ?? null,
      state ?? null,
      limit,
    );
    return rows.map((row) => ({
      id: row.id,
      event: row.event,
      type: row.type,
      state: row.state,
      attempts: this.database
        .all<{ at: number; status: number | null; error: string | null; duration_ms: number }>(
          'SELECT at, status, error, duration_ms FROM delivery_attempts WHERE delivery = ? ORDER BY seq',
          row.id,
        )
        .map(({ at, status, error, duration_ms }) => ({ at: new Date(at).toISOString(), status, error, durationMs: duration_ms })),
      nextAttemptAt: row.state === 'pending' ? new Date(row.due_at).toISOString() : null,
    }));
  }

  countByState(): Record<DeliveryView['state'], number> {
    const rows = this.database.all<{ state: DeliveryView['state']; count: number }>(
      'SELECT state, count(*) AS count FROM deliveries GROUP BY state',
    );
    return { pending: 0, delivered: 0, failed: 0, ...Object.fromEntries(rows.map(({ state, count }) => [state, count])) };
  }

  private pruneRegularly(): void {
    this.#attemptsSincePruning += 1;
    if (this.#attemptsSincePruning < ATTEMPTS_BETWEEN_PRUNINGS) return;
    this.#attemptsSincePruning = 0;
    this.database.transaction(() => {
      this.database.run('DELETE FROM delivery_attempts WHERE seq <= (SELECT max(seq) FROM delivery_attempts) - ?', RETAINED_ATTEMPTS);
      this.database.run(
        "DELETE FROM deliveries WHERE state <> 'pending' AND seq <= (SELECT max(seq) FROM deliveries) - ?",
        RETAINED_ATTEMPTS,
      );
    });
  }
}
