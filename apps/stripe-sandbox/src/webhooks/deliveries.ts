import type { Stripe } from 'stripe';
import type { Alteration, DeliveryPlan } from '../faults/faults.js';
import type { Database } from '../ledger/database.js';
import { newId } from '../ledger/ids.js';

const keptAttempts = 10_000;
const attemptsBetweenPrunings = 500;

const minute = 60_000;
const hour = 60 * minute;
// As long as Stripe tries in live mode: three days, ever more slowly.
const defaultRetryDelaysMs = [1000, 5000, 30_000, 2 * minute, 10 * minute, ...[1, 3, 8, 12, 24, 24].map((hours) => hours * hour)];

export interface DueDelivery {
  id: string;
  event: string;
  attempts: number;
  alteration: Alteration | null;
}

/** What came of one try to deliver. `status` is null when nobody answered. */
export interface Attempt {
  status: number | null;
  error: string | null;
  durationMs: number;
}

/** A delivery as the sandbox tells of it. */
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

/** Webhooks still to be sent, and what came of those that were: rows, so that a restart loses none. */
export class Deliveries {
  #sincePruning = 0;

  constructor(
    private readonly database: Database,
    private readonly retryDelaysMs: readonly number[] = defaultRetryDelaysMs,
  ) {
    database.define(`
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
        newId.delivery(),
        event.id,
        event.type,
        Math.round(Date.now() + plan.delayMs()),
        alteration,
      );
    }
  }

  due(now: number, limit: number, inFlight: ReadonlySet<string>): DueDelivery[] {
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

  /** When the next delivery after `now` is due; undefined when none waits. */
  nextDueAfter(now: number): number | undefined {
    return this.database.get<{ due_at: number }>(
      "SELECT due_at FROM deliveries WHERE state = 'pending' AND due_at > ? ORDER BY due_at LIMIT 1",
      now,
    )?.due_at;
  }

  /** Writes an attempt down: delivered on a 2xx, otherwise due again later, until the last delay is used up. */
  attempted(delivery: DueDelivery, attempt: Attempt): void {
    const delivered = attempt.status !== null && attempt.status >= 200 && attempt.status < 300;
    const delay = this.retryDelaysMs[delivery.attempts];
    const state = delivered ? 'delivered' : delay === undefined ? 'failed' : 'pending';
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
        Date.now() + (delay ?? 0),
        delivery.id,
      );
      if (delivered) {
        this.database.run("UPDATE events SET pending = 0, body = json_set(body, '$.pending_webhooks', 0) WHERE id = ?", delivery.event);
      }
    });
    this.#pruneNowAndThen();
  }

  /** Newest first. */
  list(filter: { event?: string | undefined; state?: string | undefined }, limit: number): DeliveryView[] {
    const rows = this.database.all<DeliveryRow>(
      'SELECT * FROM deliveries WHERE event = coalesce(?, event) AND state = coalesce(?, state) ORDER BY seq DESC LIMIT ?',
      filter.event ?? null,
      filter.state ?? null,
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

  count(): Record<DeliveryView['state'], number> {
    const rows = this.database.all<{ state: DeliveryView['state']; count: number }>(
      'SELECT state, count(*) AS count FROM deliveries GROUP BY state',
    );
    return { pending: 0, delivered: 0, failed: 0, ...Object.fromEntries(rows.map(({ state, count }) => [state, count])) };
  }

  #pruneNowAndThen(): void {
    this.#sincePruning += 1;
    if (this.#sincePruning < attemptsBetweenPrunings) return;
    this.#sincePruning = 0;
    this.database.transaction(() => {
      this.database.run('DELETE FROM delivery_attempts WHERE seq <= (SELECT max(seq) FROM delivery_attempts) - ?', keptAttempts);
      this.database.run("DELETE FROM deliveries WHERE state <> 'pending' AND seq <= (SELECT max(seq) FROM deliveries) - ?", keptAttempts);
    });
  }
}
