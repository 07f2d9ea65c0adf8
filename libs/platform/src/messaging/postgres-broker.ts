/** The broker kept in PostgreSQL: one row for each message and queue, claimed with SKIP LOCKED under a lease. A crash loses no message. */
import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { newId } from '@app/kernel/id.js';
import type { Database } from '../persistence/database.js';
import { isDatabaseUnavailable } from '../persistence/database-errors.js';
import type { Transactions } from '../persistence/transactions.js';
import {
  Broker,
  DELIVERY_LIMIT,
  QueueMissing,
  UNSUBSCRIBED,
  UNROUTED,
  type Binding,
  type Deliver,
  type Outcome,
  type PublishResult,
  type StoreDeadLetter,
} from './broker.js';
import type { Envelope } from './envelope.js';

interface PostgresBrokerOptions {
  /** Deliveries in progress at once, over all queues. */
  readonly prefetch: number;
  readonly retryDelaysMs: readonly number[];
  /** How long a delivery may take before the message is delivered again. */
  readonly leaseMs: number;
}

interface ClaimedRow {
  queue: string;
  messageId: string;
  body: string;
  attempts: number;
  deliveries: number;
}

/** Rows beyond this are not counted: the number tells enough. */
const MAX_COUNTED_ROWS = 10_000;
const BUSY_PAUSE_MS = 20;
const IDLE_PAUSE_MS = 250;
/** How often the end of a delivery is tried while the database is away. */
const OUTAGE_PAUSE_MS = 1_000;

export class PostgresBroker extends Broker {
  readonly kind = 'postgresql';
  readonly #logger = new Logger(PostgresBroker.name);
  readonly #inProgress = new Set<Promise<void>>();
  #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  /** Ends the rest of the consumer of this process. */
  #wake: () => void = () => undefined;

  constructor(
    private readonly database: Database,
    private readonly transactions: Transactions,
    private readonly options: PostgresBrokerOptions,
    private readonly storeDeadLetter: StoreDeadLetter,
  ) {
    super();
  }

  async declare(bindings: readonly Binding[], unsubscribed: readonly string[] = []): Promise<void> {
    const all = [...bindings, ...unsubscribed.map((type) => ({ queue: UNSUBSCRIBED, type }))];
    await this.database.query(
      `INSERT INTO messaging.bindings (queue, type) SELECT * FROM unnest($1::text[], $2::text[])
       ON CONFLICT (type, queue) DO UPDATE SET declared_at = now(), unbound_at = NULL`,
      [all.map(({ queue }) => queue), all.map(({ type }) => type)],
    );
  }

  async unbind({ queue, type }: Binding): Promise<boolean> {
    await this.database.query('UPDATE messaging.bindings SET unbound_at = coalesce(unbound_at, now()) WHERE queue = $1 AND type = $2', [
      queue,
      type,
    ]);
    const left = await this.database.query('SELECT FROM messaging.deliveries WHERE queue = $1 LIMIT 1', [queue]);
    return left.length === 0;
  }

  async publish(messages: readonly Envelope[]): Promise<PublishResult> {
    await this.database.query(
      `INSERT INTO messaging.deliveries (queue, message_id, body)
       SELECT coalesce(b.queue, $4), m.id, m.body
       FROM unnest($1::uuid[], $2::text[], $3::text[]) WITH ORDINALITY AS m (id, type, body, n)
       LEFT JOIN messaging.bindings b ON b.type = m.type AND b.unbound_at IS NULL
       WHERE b.queue IS DISTINCT FROM $5
       ORDER BY m.n
       ON CONFLICT DO NOTHING`,
      [
        messages.map(({ id }) => id),
        messages.map(({ type }) => type),
        messages.map((message) => JSON.stringify(message)),
        UNROUTED,
        UNSUBSCRIBED,
      ],
    );
    this.#wake();
    return { confirmed: new Set(messages.map(({ id }) => id)), refused: new Set() };
  }

  consume(bindings: readonly Binding[], deliver: Deliver): void {
    this.#stopping = new AbortController();
    this.#running = this.poll(
      bindings.map(({ queue }) => queue),
      deliver,
    );
  }

  async redeliver(queue: string, messageId: string | null, body: string): Promise<void> {
    const bound = await this.database.query(
      `WITH bound AS (SELECT queue FROM messaging.bindings WHERE queue = $1 AND unbound_at IS NULL LIMIT 1),
            sent AS (INSERT INTO messaging.deliveries (queue, message_id, body) SELECT queue, $2, $3 FROM bound ON CONFLICT DO NOTHING)
       SELECT FROM bound`,
      [queue, messageId ?? newId(), body],
    );
    if (bound.length === 0) throw new QueueMissing(queue);
  }

  async unroutedCount(): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM (SELECT FROM messaging.deliveries WHERE queue = $1 LIMIT $2) AS unrouted',
      [UNROUTED, MAX_COUNTED_ROWS],
    );
    return row?.count ?? 0;
  }

  async stopConsuming(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await Promise.all(this.#inProgress);
  }

  async close(): Promise<void> {
    await this.stopConsuming();
  }

  abandon(): void {
    this.#stopping.abort();
    this.#inProgress.clear();
  }

  async ping(): Promise<void> {
    await this.database.query('SELECT 1');
  }

  private async poll(queues: readonly string[], deliver: Deliver): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const free = this.options.prefetch - this.#inProgress.size;
      // Before the claim: what is published while it runs must not be waited for.
      const woken = new Promise<void>((resolve) => (this.#wake = resolve));
      // A claim that fails is repeated. Other parts of the process report that the database is away.
      const rows = free > 0 ? await this.claim(queues, free).catch(() => []) : [];
      for (const row of rows) this.start(row, deliver);
      const waitForMore = (): Promise<unknown> => (rows.length > 0 ? pause(BUSY_PAUSE_MS, undefined, { signal }) : this.waitForWork(woken));
      await (free === 0 ? Promise.race(this.#inProgress) : waitForMore()).catch(() => undefined);
    }
  }

  /** Until this process has published something, or it is time to look for what others published or what is to be tried again. */
  private async waitForWork(woken: Promise<void>): Promise<void> {
    const ended = new AbortController();
    const signal = AbortSignal.any([ended.signal, this.#stopping.signal]);
    await Promise.race([woken, pause(IDLE_PAUSE_MS, undefined, { signal }).catch(() => undefined)]);
    ended.abort();
  }

  /** Claims what is ready, oldest first, for the length of the lease. A message that was delivered too often without an end becomes a dead letter. */
  private async claim(queues: readonly string[], limit: number): Promise<ClaimedRow[]> {
    const rows = await this.database.query<ClaimedRow>(
      `UPDATE messaging.deliveries d SET available_at = clock_timestamp() + $3 * interval '1 millisecond', deliveries = deliveries + 1
       FROM (SELECT queue, message_id FROM messaging.deliveries WHERE queue = ANY ($1) AND available_at <= clock_timestamp()
             ORDER BY available_at LIMIT $2 FOR UPDATE SKIP LOCKED) ready
       WHERE d.queue = ready.queue AND d.message_id = ready.message_id
       RETURNING d.queue, d.message_id, d.body, d.attempts, d.deliveries`,
      [queues, limit, this.options.leaseMs],
    );
    const live: ClaimedRow[] = [];
    for (const row of rows) {
      if (row.deliveries <= DELIVERY_LIMIT) live.push(row);
      // Where that fails, it is tried again after the lease. The other messages of this claim are delivered.
      else await this.moveToDeadLetters(row, 'delivery_limit').catch((error: unknown) => this.warn(error, row));
    }
    return live;
  }

  private start(row: ClaimedRow, deliver: Deliver): void {
    const delivery = deliver({ queue: row.queue, body: row.body, attempts: row.attempts })
      .then((outcome) => this.endOnceDatabaseIsBack(row, outcome))
      // Without an outcome the message is delivered again after its lease; the inbox makes that harmless.
      .catch(() => undefined)
      .finally(() => this.#inProgress.delete(delivery));
    this.#inProgress.add(delivery);
  }

  /** Waits while the database is away, as a reaction does: a delivery that has ended must not be repeated because of an outage. */
  private async endOnceDatabaseIsBack(row: ClaimedRow, outcome: Outcome): Promise<void> {
    const { signal } = this.#stopping;
    for (;;) {
      try {
        return await this.end(row, outcome);
      } catch (error) {
        this.warn(error, row);
        if (!isDatabaseUnavailable(error) || signal.aborted) throw error;
        await pause(OUTAGE_PAUSE_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  private warn(error: unknown, { queue, messageId }: ClaimedRow): void {
    this.#logger.warn({ err: error, queue, messageId }, 'The end of a delivery could not be stored');
  }

  private async end(row: ClaimedRow, outcome: Outcome): Promise<void> {
    if (outcome.kind === 'acknowledge') {
      await this.database.query('DELETE FROM messaging.deliveries WHERE queue = $1 AND message_id = $2', [row.queue, row.messageId]);
    } else if (outcome.kind === 'requeue') {
      await this.deliverAgain(row, { delayMs: 0, attempts: row.attempts });
    } else if (outcome.kind === 'retry' && row.attempts < this.options.retryDelaysMs.length) {
      await this.deliverAgain(row, { delayMs: this.options.retryDelaysMs[row.attempts]!, attempts: row.attempts + 1 });
    } else {
      await this.moveToDeadLetters(row, outcome.reason);
    }
  }

  private async deliverAgain(row: ClaimedRow, { delayMs, attempts }: { delayMs: number; attempts: number }): Promise<void> {
    await this.database.query(
      `UPDATE messaging.deliveries SET attempts = $3, deliveries = 0, available_at = clock_timestamp() + $4 * interval '1 millisecond'
       WHERE queue = $1 AND message_id = $2`,
      [row.queue, row.messageId, attempts, delayMs],
    );
  }

  private async moveToDeadLetters({ queue, messageId, attempts, body }: ClaimedRow, reason: string): Promise<void> {
    await this.transactions.run(async () => {
      await this.storeDeadLetter({ queue, messageId, reason, attempts: attempts + 1, body });
      await this.database.query('DELETE FROM messaging.deliveries WHERE queue = $1 AND message_id = $2', [queue, messageId]);
    });
  }
}
