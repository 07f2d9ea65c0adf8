/** Publishes the outbox in order. One relay of the system is the leader: it holds an advisory lock on a connection of its own. */
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import pg from 'pg';
import { Settings } from '../config/settings.js';
import { Database } from '../persistence/database.js';
import { OUTBOX_ROW_PARKED, alert } from '../telemetry/alert.js';
import { Broker, PublishRefused } from './broker.js';
import { envelopeOf, type OutboxRow } from './envelope.js';
import { Reactions } from './reactions.js';
import { OutboxSignal } from '../persistence/outbox-signal.js';

const BATCH = 200;
const BUSY_PAUSE_MS = 20;
const IDLE_PAUSE_MS = 250;
const RETRY_MIN_MS = 200;
const RETRY_MAX_MS = 5_000;
/** A row that the broker refuses so often, alone, is parked for a person. */
const PARK_AFTER = 10;
const PING_INTERVAL_MS = 1_000;
/** A leader that is frozen for longer loses its connection, and with it the lock. */
const LEADER_IDLE_TIMEOUT_MS = 10_000;
/** Any number that no other lock of this database uses. */
const LEADER_LOCK = 7_204_110_331;

interface PendingRow extends OutboxRow {
  position: number;
}

@Injectable()
export class Relay {
  readonly #logger = new Logger(Relay.name);
  #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #wake: () => void = () => undefined;
  /** One row a batch, after the broker refused a part of the last batch. */
  #isPublishingSingly = false;

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
      let pinged = Date.now();
      while (!this.#stopping.signal.aborted) {
        if (lost !== null) throw lost as Error;
        if (Date.now() - pinged >= PING_INTERVAL_MS) {
          await leader.query('SELECT 1');
          pinged = Date.now();
        }
        const published = await this.publishBatch();
        if (published > 0) onProgress();
        if (published === 0) await this.rest();
        // Under load each batch publishes what was written meanwhile, not one event a commit.
        else if (published < BATCH) await pause(BUSY_PAUSE_MS);
      }
    } finally {
      this.signal.onNotify(null);
      await leader.end().catch(() => undefined);
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
    const rows = await this.database.query<PendingRow>(
      `SELECT position, id, type, subject, sequence, time, correlation_id, data FROM messaging.outbox
       WHERE published_at IS NULL AND parked_at IS NULL ORDER BY position LIMIT $1`,
      [this.#isPublishingSingly ? 1 : BATCH],
    );
    if (rows.length === 0) return 0;
    let confirmed: ReadonlySet<string>;
    try {
      confirmed = await this.broker.publish(rows.map(envelopeOf));
    } catch (error) {
      if (!(error instanceof PublishRefused)) throw error;
      confirmed = new Set();
    }
    const published = rows.filter((row) => confirmed.has(row.id));
    if (published.length > 0) {
      await this.database.query(`UPDATE messaging.outbox SET published_at = clock_timestamp() WHERE position = ANY ($1)`, [
        published.map((row) => row.position),
      ]);
    }
    if (published.length < rows.length && this.#isPublishingSingly) await this.countRefusal(rows[0]!);
    // A refusal must count for the row that caused it: after a partial batch, rows are published singly until one passes.
    this.#isPublishingSingly = published.length < rows.length;
    return published.length;
  }

  private async countRefusal(row: PendingRow): Promise<void> {
    const [counted] = await this.database.query<{ attempts: number }>(
      `WITH counted AS (UPDATE messaging.outbox SET attempts = attempts + 1, parked_at = CASE WHEN attempts + 1 >= $2 THEN clock_timestamp() END
       WHERE position = $1 RETURNING attempts) SELECT attempts FROM counted`,
      [row.position, PARK_AFTER],
    );
    if (counted !== undefined && counted.attempts >= PARK_AFTER) {
      alert(OUTBOX_ROW_PARKED, 'An event was refused by the broker and parked', { id: row.id, type: row.type });
    }
  }

  /** Until a commit of this process signals, or it is time to poll for the events of other processes. */
  private async rest(): Promise<void> {
    const woken = new Promise<void>((resolve) => (this.#wake = resolve));
    const rest = new AbortController();
    await Promise.race([woken, pause(IDLE_PAUSE_MS, undefined, { signal: rest.signal }).catch(() => undefined)]);
    rest.abort();
  }
}
