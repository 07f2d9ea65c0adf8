/** Publishes the outbox in order. One relay is active in the whole system: it holds an advisory lock on a connection of its own. */
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
const BUSY = 20;
const IDLE = 250;
const RETRY_MIN = 200;
const RETRY_MAX = 5_000;
/** A row the broker refuses this often, alone, is put aside for a person. */
const PARK_AFTER = 10;
const PING_EVERY = 1_000;
/** A leader frozen longer than this loses its connection, and with it the lock. */
const LEADER_IDLE_TIMEOUT = 10_000;
/** Any constant will do, as long as nothing else in this database takes the same. */
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
  #alone = false;

  constructor(
    private readonly database: Database,
    private readonly broker: Broker,
    private readonly reactions: Reactions,
    private readonly nudge: OutboxSignal,
    private readonly settings: Settings,
  ) {}

  start(): void {
    this.#stopping = new AbortController();
    this.#running = this.run();
  }

  /** Finishes the batch in hand. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#running;
  }

  private async run(): Promise<void> {
    const { signal } = this.#stopping;
    let wait = RETRY_MIN;
    while (!signal.aborted) {
      try {
        await this.lead(() => (wait = RETRY_MIN));
      } catch (error) {
        if (signal.aborted) return;
        this.#logger.warn({ err: error }, 'The relay starts again');
        wait = Math.min(wait * 2, RETRY_MAX);
      }
      await pause(wait * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
    }
  }

  /** Waits until nobody else leads, then leads until stopped. Throws when the lock's connection or the broker is lost. */
  private async lead(progressed: () => void): Promise<void> {
    const leader = new pg.Client({
      connectionString: this.settings.database.directUrl,
      application_name: 'movie-reservation-relay',
      connectionTimeoutMillis: 1_500,
      query_timeout: 3_000,
      keepAlive: true,
      options: `-c idle_session_timeout=${LEADER_IDLE_TIMEOUT}`,
    });
    let lost: Error | null = null;
    leader.on('error', (error) => (lost = error));
    await leader.connect();
    try {
      if (!(await this.becomeLeader(leader))) return;
      // Declared by whoever publishes: an event must never find its queue missing, not even on a broker that lost its data.
      await this.broker.declare(this.reactions.bindings(), this.reactions.unsubscribedTypes());
      this.nudge.onNotify(() => this.#wake());
      let pinged = Date.now();
      while (!this.#stopping.signal.aborted) {
        if (lost !== null) throw lost as Error;
        if (Date.now() - pinged >= PING_EVERY) {
          await leader.query('SELECT 1');
          pinged = Date.now();
        }
        const published = await this.publishBatch();
        if (published > 0) progressed();
        if (published === 0) await this.rest();
        // Under load each batch takes what has gathered meanwhile, not one event a commit.
        else if (published < BATCH) await pause(BUSY);
      }
    } finally {
      this.nudge.onNotify(null);
      await leader.end().catch(() => undefined);
    }
  }

  private async becomeLeader(leader: pg.Client): Promise<boolean> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const { rows } = await leader.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [LEADER_LOCK]);
      if (rows[0]!.mine) return true;
      await pause(PING_EVERY, undefined, { signal }).catch(() => undefined);
    }
    return false;
  }

  /** Publishes the next rows and marks exactly those the broker confirmed. No transaction is open while the broker is waited for. */
  private async publishBatch(): Promise<number> {
    const rows = await this.database.query<PendingRow>(
      `SELECT position, id, type, subject, sequence, time, correlation_id, data FROM messaging.outbox
       WHERE published_at IS NULL AND parked_at IS NULL ORDER BY position LIMIT $1`,
      [this.#alone ? 1 : BATCH],
    );
    if (rows.length === 0) return 0;
    let confirmed: ReadonlySet<string>;
    try {
      confirmed = await this.broker.publish(rows.map(envelopeOf));
    } catch (error) {
      if (!(error instanceof PublishRefused)) throw error;
      confirmed = new Set();
    }
    const done = rows.filter((row) => confirmed.has(row.id));
    if (done.length > 0) {
      await this.database.query(`UPDATE messaging.outbox SET published_at = clock_timestamp() WHERE position = ANY ($1)`, [
        done.map((row) => row.position),
      ]);
    }
    if (done.length < rows.length && this.#alone) await this.countRefusal(rows[0]!);
    // One refused row must not be blamed on its neighbours: after a partial batch rows go singly until one passes.
    this.#alone = done.length < rows.length;
    return done.length;
  }

  private async countRefusal(row: PendingRow): Promise<void> {
    const [counted] = await this.database.query<{ attempts: number }>(
      `WITH counted AS (UPDATE messaging.outbox SET attempts = attempts + 1, parked_at = CASE WHEN attempts + 1 >= $2 THEN clock_timestamp() END
       WHERE position = $1 RETURNING attempts) SELECT attempts FROM counted`,
      [row.position, PARK_AFTER],
    );
    if (counted !== undefined && counted.attempts >= PARK_AFTER) {
      alert(OUTBOX_ROW_PARKED, 'An event was refused by the broker and put aside', { id: row.id, type: row.type });
    }
  }

  /** Until a commit of this process nudges, or it is time to look for those of others. */
  private async rest(): Promise<void> {
    const woken = new Promise<void>((resolve) => (this.#wake = resolve));
    const rest = new AbortController();
    await Promise.race([woken, pause(IDLE, undefined, { signal: rest.signal }).catch(() => undefined)]);
    rest.abort();
  }
}
