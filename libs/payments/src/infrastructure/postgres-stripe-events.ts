import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel/clock.js';
import { storableText } from '@app/kernel/text.js';
import { Settings } from '@app/platform/config/settings.js';
import { backOffMs } from '@app/platform/jobs/back-off.js';
import { Database } from '@app/platform/persistence/database.js';
import { sharedTime } from '@app/platform/persistence/shared-time.js';
import { durationHistogram } from '@app/platform/telemetry/metrics.js';
import type { StripeEventProgress } from '../domain/stripe-event.js';
import {
  type StripeEventWithStatus,
  type StripeEvent,
  type StripeEventBatch,
  StripeEvents,
  type StripeEventWithoutBody,
} from '../domain/stripe-events.js';

/** From a webhook at once to an event of the day before, in seconds. */
const LAG_BUCKETS_SECONDS = [0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600, 21_600, 86_400];
const LAG = durationHistogram(
  'cinema_stripe_event_delivery_seconds',
  'From an event at Stripe to its arrival here',
  [],
  LAG_BUCKETS_SECONDS,
);

const COLUMNS = `id, type, livemode, occurred_at, body, status, attempts, note`;

@Injectable()
export class PostgresStripeEvents extends StripeEvents {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {
    super();
  }

  async store({ id, type, livemode, occurredAt, body }: StripeEvent): Promise<boolean> {
    const stored = await this.database.prepared(
      `INSERT INTO payments.stripe_events (id, type, livemode, occurred_at, received_at, status, body) VALUES ($1, $2, $3, $4, $5, 'received', $6)
       ON CONFLICT (id) DO NOTHING RETURNING id`,
      [id, type, livemode, occurredAt, this.clock.now(), JSON.stringify(body)],
    );
    // Stripe's time is real time, also while our clock is moved.
    if (stored.length > 0) LAG.observe(Math.max(0, Date.now() - occurredAt.getTime()) / 1_000);
    return stored.length > 0;
  }

  async lock(id: string): Promise<StripeEventWithStatus | StripeEventWithoutBody | null> {
    const sql = `SELECT ${COLUMNS} FROM payments.stripe_events WHERE id = $1 FOR UPDATE`;
    const [event] = await this.database.prepared<StripeEventWithStatus>(sql, [id]);
    return event ?? null;
  }

  async find(id: string): Promise<StripeEventWithStatus | StripeEventWithoutBody | null> {
    const [event] = await this.database.prepared<StripeEventWithStatus>(`SELECT ${COLUMNS} FROM payments.stripe_events WHERE id = $1`, [
      id,
    ]);
    return event ?? null;
  }

  async update(id: string, { status, attempts, note }: StripeEventProgress): Promise<void> {
    const pauseMs = status === 'failed' ? this.clock.offsetMs + backOffMs(attempts, this.settings.jobs) : null;
    await this.database.prepared(
      `UPDATE payments.stripe_events SET status = $2, attempts = $3, note = $4, next_at = ${sharedTime('$5')} WHERE id = $1`,
      [id, status, attempts, note === null ? null : storableText(note), pauseMs],
    );
  }

  async lockNextFailed(): Promise<string | null> {
    const [event] = await this.database.query<{ id: string }>(
      `SELECT id FROM payments.stripe_events WHERE status = 'failed' AND next_at <= ${sharedTime('$1')}
       ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
      [this.clock.offsetMs],
    );
    return event?.id ?? null;
  }

  async deleteBodies({ receivedBefore, limit }: StripeEventBatch): Promise<number> {
    return this.database.change(
      `UPDATE payments.stripe_events SET body = NULL WHERE id = ANY (ARRAY(
         SELECT id FROM payments.stripe_events WHERE body IS NOT NULL AND received_at < $1
           AND status IN ('applied', 'ignored', 'parked', 'dismissed') ORDER BY received_at LIMIT $2 FOR UPDATE SKIP LOCKED))`,
      [receivedBefore, limit],
    );
  }

  async delete({ receivedBefore, limit }: StripeEventBatch): Promise<number> {
    return this.database.change(
      `DELETE FROM payments.stripe_events WHERE id = ANY (ARRAY(
         SELECT id FROM payments.stripe_events WHERE received_at < $1 AND status IN ('applied', 'ignored', 'dismissed')
           ORDER BY received_at LIMIT $2 FOR UPDATE SKIP LOCKED))`,
      [receivedBefore, limit],
    );
  }
}
