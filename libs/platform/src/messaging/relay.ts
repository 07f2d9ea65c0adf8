/** Publishes the outbox in order. One relay of the system is the leader: it holds an advisory lock on a connection of its own. */
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import pg from 'pg';
import { Settings } from '../config/settings.js';
import { Database } from '../persistence/database.js';
import { OUTBOX_ROW_PARKED, alert } from '../telemetry/alert.js';
import { countPublishedEvent } from '../telemetry/context-metrics.js';
import { counter, gauge } from '../telemetry/metrics.js';
import { Broker } from './broker.js';
import { envelopeOf, type OutboxRow } from './envelope.js';
import { markPublished, numberPublished } from './published-events.js';
import { Reactions } from './reactions.js';
import { endClient } from '../persistence/end-client.js';
import { OUTBOX_CHANNEL, OutboxSignal } from '../persistence/outbox-signal.js';

const BATCH_SIZE = 200;
/** From the beginning of a batch to that of the next, at least: under load each publishes what was written meanwhile, not one event a commit. */
const BATCH_INTERVAL_MS = 20;
const IDLE_PAUSE_MS = 250;
const RETRY_MIN_MS = 200;
const RETRY_MAX_MS = 5_000;
/** Refused rows wait this long for their next attempt, so that the others pass meanwhile. */
const REFUSED_PAUSE_MS = 1_000;
/** Refused rows beside the others in a batch: many of them, for one full queue, must not take the place of what passes. */
const REFUSED_IN_BATCH = 20;
/** A row is not parked before it was refused so often while others passed: the first attempt after an outage alone shows nothing. */
const MIN_REFUSALS = 3;
const PING_INTERVAL_MS = 1_000;
/** How often to look for events that a relay of an earlier version published without a number. */
const NUMBERING_INTERVAL_MS = 10_000;
/** A leader that is frozen for longer loses its connection, and with it the lock. */
const LEADER_IDLE_TIMEOUT_MS = 10_000;
/** Any number that no other lock of this database uses. */
const LEADER_LOCK = 7_204_110_331;

const LEADS = gauge('cinema_relay_leads', '1 in the process whose relay publishes the outbox, 0 in the others');
const REFUSED = counter('cinema_events_refused_total', 'Events that the broker refused; each attempt counts', ['type']);
const RESTARTS = counter('cinema_relay_restarts_total', 'Times that the relay lost its lock, its connection or the broker');

interface PendingRow extends OutboxRow {
  position: number;
  /** The last refusal. */
  refusedAt: Date | null;
}

@Injectable()
export class Relay {
  readonly #logger = new Logger(Relay.name);
  #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #wake: () => void = () => undefined;
  /** By the clock of the database. */
  #lastPublishedAt: Date | null = null;

  constructor(
    private readonly database: Database,
    private readonly broker: Broker,
    private readonly reactions: Reactions,
    private readonly signal: OutboxSignal,
    private readonly settings: Settings,
  ) {}

  start(): void {
    this.#stopping = new AbortController();
    this.#running = this.run();
  }

  /** Finishes the batch in progress. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#running;
  }

  private async run(): Promise<void> {
    const { signal } = this.#stopping;
    let pauseMs = RETRY_MIN_MS;
    while (!signal.aborted) {
      try {
        await this.lead(() => (pauseMs = RETRY_MIN_MS));
      } catch (error) {
        if (signal.aborted) return;
        RESTARTS.inc();
        this.#logger.warn({ err: error }, 'The relay starts again');
        pauseMs = Math.min(pauseMs * 2, RETRY_MAX_MS);
      }
      await pause(pauseMs * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
    }
  }

  /** Waits until no other relay leads, then leads until stopped. Throws when the connection of the lock or the broker is lost. */
  private async lead(onProgress: () => void): Promise<void> {
    const leader = new pg.Client({
      connectionString: this.settings.database.directUrl,
      application_name: 'movie-reservation-relay',
      connectionTimeoutMillis: 1_500,
      query_timeout: 3_000,
      keepAlive: true,
      options: `-c idle_session_timeout=${LEADER_IDLE_TIMEOUT_MS}`,
    });
    let lost: Error | null = null;
    leader.on('error', (error) => (lost = error));
    await leader.connect();
    try {
      if (!(await this.becomeLeader(leader))) return;
      // Declared before publishing: no event may miss its queue, not even on a broker that lost its data.
      await this.broker.declare(this.reactions.bindings(), this.reactions.unsubscribedTypes());
      this.signal.onNotify(() => this.#wake());
      leader.on('notification', () => this.#wake());
      await leader.query(`LISTEN ${OUTBOX_CHANNEL}`);
      LEADS.set(1);
      let pingedAt = performance.now();
      const assertLeads = async (): Promise<void> => {
        if (lost !== null) throw lost;
        if (performance.now() - pingedAt < PING_INTERVAL_MS) return;
        await leader.query('SELECT 1');
        pingedAt = performance.now();
      };
      await this.publishWhileLeading(assertLeads, onProgress);
    } finally {
      LEADS.set(0);
      this.signal.onNotify(null);
      await endClient(leader);
    }
  }

  /** `assertLeads` throws when another relay may have become the leader. */
  private async publishWhileLeading(assertLeads: () => Promise<void>, onProgress: () => void): Promise<void> {
    let numberedAt = -Infinity;
    while (!this.#stopping.signal.aborted) {
      await assertLeads();
      // A batch each time, so that a long history does not keep what is new waiting.
      if (performance.now() - numberedAt >= NUMBERING_INTERVAL_MS && !(await numberPublished(this.database)))
        numberedAt = performance.now();
      // Before the batch is read: what is written while it is published must not be waited for.
      const woken = new Promise<void>((resolve) => (this.#wake = resolve));
      const begunAt = performance.now();
      const published = await this.publishBatch();
      if (published > 0) onProgress();
      if (published === 0) await this.waitForWork(woken);
      else if (published < BATCH_SIZE) await pause(Math.max(0, BATCH_INTERVAL_MS - (performance.now() - begunAt)));
    }
  }

  private async becomeLeader(leader: pg.Client): Promise<boolean> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const { rows } = await leader.query<{ leads: boolean }>('SELECT pg_try_advisory_lock($1) AS leads', [LEADER_LOCK]);
      if (rows[0]!.leads) return true;
      await pause(PING_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
    }
    return false;
  }

  /** Publishes the next rows and marks those that the broker confirmed. No transaction is open meanwhile. Returns how many. */
  private async publishBatch(): Promise<number> {
    const rows = await this.database.prepared<PendingRow>(
      `SELECT * FROM (
         (SELECT position, id, type, subject, sequence, time, correlation_id, traceparent, data, refused_at FROM messaging.outbox
          WHERE published_at IS NULL AND parked_at IS NULL AND refused_at IS NULL ORDER BY position LIMIT $1)
         UNION ALL
         (SELECT position, id, type, subject, sequence, time, correlation_id, traceparent, data, refused_at FROM messaging.outbox
          WHERE published_at IS NULL AND parked_at IS NULL AND refused_at < clock_timestamp() - $2 * interval '1 millisecond'
          ORDER BY refused_at LIMIT $3)
       ) AS pending ORDER BY position`,
      [BATCH_SIZE, REFUSED_PAUSE_MS, REFUSED_IN_BATCH],
    );
    if (rows.length === 0) return 0;
    const { confirmed, refused } = await this.broker.publish(rows.map(envelopeOf));
    if (confirmed.size > 0) {
      const marked = rows.filter(({ id }) => confirmed.has(id)).map(({ position }) => position);
      this.#lastPublishedAt = await markPublished(this.database, marked);
      for (const { id, type, data } of rows) if (confirmed.has(id)) countPublishedEvent(type, data);
    }
    if (refused.size > 0) await this.recordRefusals(rows.filter(({ id }) => refused.has(id)));
    return confirmed.size;
  }

  /**
   * A refusal counts for a row only where another one passed since its last refusal: a broker that refuses everything parks nothing. A row is
   * parked once that has been so for longer than the setting.
   */
  private async recordRefusals(rows: readonly PendingRow[]): Promise<void> {
    for (const { type } of rows) REFUSED.inc({ type });
    const { parkAfterMs } = this.settings.outbox;
    const parked = await this.database.query<{ id: string; type: string; attempts: number }>(
      `WITH refused AS (
         UPDATE messaging.outbox o SET refused_since = coalesce(refused_since, clock_timestamp()), refused_at = clock_timestamp(),
           attempts = attempts + r.counts::int,
           parked_at = CASE WHEN r.counts AND attempts + 1 >= $4 AND refused_since < clock_timestamp() - $3 * interval '1 millisecond'
                       THEN clock_timestamp() END
         FROM unnest($1::bigint[], $2::boolean[]) AS r (position, counts) WHERE o.position = r.position
         RETURNING o.id, o.type, o.attempts, o.parked_at)
       SELECT id, type, attempts FROM refused WHERE parked_at IS NOT NULL`,
      [rows.map(({ position }) => position), rows.map((row) => this.othersPassedSince(row.refusedAt)), parkAfterMs, MIN_REFUSALS],
    );
    this.#logger.warn({ rows: rows.length, types: [...new Set(rows.map(({ type }) => type))] }, 'The broker refused events; they wait');
    for (const row of parked) alert(OUTBOX_ROW_PARKED, 'An event was refused by the broker and parked', row);
  }

  private othersPassedSince(refusedAt: Date | null): boolean {
    return refusedAt !== null && this.#lastPublishedAt !== null && this.#lastPublishedAt > refusedAt;
  }

  /** Until a commit signals, or it is time to look for what no signal came of. */
  private async waitForWork(woken: Promise<void>): Promise<void> {
    const ended = new AbortController();
    await Promise.race([woken, pause(IDLE_PAUSE_MS, undefined, { signal: ended.signal }).catch(() => undefined)]);
    ended.abort();
  }
}
