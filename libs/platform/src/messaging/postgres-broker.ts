/** The broker kept in PostgreSQL: one row a message and queue, taken with SKIP LOCKED under a lease. No message is lost with a process. */
import { setTimeout as pause } from 'node:timers/promises';
import { newId } from '@app/kernel/id.js';
import type { Database } from '../persistence/database.js';
import {
  Broker,
  DELIVERY_LIMIT,
  QueueMissing,
  UNSUBSCRIBED,
  UNROUTED,
  type Binding,
  type StoreDeadLetter,
  type Delivery,
  type Outcome,
} from './broker.js';
import type { Envelope } from './envelope.js';

interface Options {
  readonly prefetch: number;
  readonly retryDelaysMs: readonly number[];
  readonly leaseMs: number;
}

interface Row {
  queue: string;
  messageId: string;
  body: string;
  attempts: number;
  deliveries: number;
}

const BUSY = 20;
const IDLE = 250;

export class PostgresBroker extends Broker {
  readonly kind = 'postgresql';
  #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  readonly #inHand = new Set<Promise<void>>();

  constructor(
    private readonly database: Database,
    private readonly options: Options,
    private readonly bury: StoreDeadLetter,
  ) {
    super();
  }

  async declare(bindings: readonly Binding[], unheard: readonly string[] = []): Promise<void> {
    const all = [...bindings, ...unheard.map((type) => ({ queue: UNSUBSCRIBED, type }))];
    await this.database.query(
      `INSERT INTO messaging.bindings (queue, type) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING`,
      [all.map(({ queue }) => queue), all.map(({ type }) => type)],
    );
  }

  async publish(messages: readonly Envelope[]): Promise<ReadonlySet<string>> {
    await this.database.query(
      `INSERT INTO messaging.deliveries (queue, message_id, body)
       SELECT coalesce(b.queue, $4), m.id, m.body
       FROM unnest($1::uuid[], $2::text[], $3::text[]) WITH ORDINALITY AS m (id, type, body, n)
       LEFT JOIN messaging.bindings b ON b.type = m.type
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
    return new Set(messages.map(({ id }) => id));
  }

  consume(bindings: readonly Binding[], deliver: (delivery: Delivery) => Promise<Outcome>): void {
    this.#stopping = new AbortController();
    this.#loop = this.poll(bindings, deliver);
  }

  async redeliver(queue: string, messageId: string | null, body: string): Promise<void> {
    const bound = await this.database.query(
      `WITH bound AS (SELECT queue FROM messaging.bindings WHERE queue = $1),
            sent AS (INSERT INTO messaging.deliveries (queue, message_id, body) SELECT queue, $2, $3 FROM bound ON CONFLICT DO NOTHING)
       SELECT FROM bound`,
      [queue, messageId ?? newId(), body],
    );
    if (bound.length === 0) throw new QueueMissing(queue);
  }

  async stopConsuming(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await Promise.all(this.#inHand);
  }

  async close(): Promise<void> {
    await this.stopConsuming();
  }

  abandon(): void {
    this.#stopping.abort();
    this.#inHand.clear();
  }

  async ping(): Promise<void> {
    await this.database.query('SELECT 1');
  }

  private async poll(bindings: readonly Binding[], deliver: (delivery: Delivery) => Promise<Outcome>): Promise<void> {
    const { signal } = this.#stopping;
    const queues = bindings.map((binding) => binding.queue);
    while (!signal.aborted) {
      const room = this.options.prefetch - this.#inHand.size;
      // A failed look is repeated: the database being away is not an event of this loop.
      const rows = room > 0 ? await this.take(queues, room).catch(() => []) : [];
      for (const row of rows) this.work(row, deliver);
      const wait =
        room === 0 ? Promise.race(this.#inHand) : rows.length > 0 ? pause(BUSY, undefined, { signal }) : pause(IDLE, undefined, { signal });
      await wait.catch(() => undefined);
    }
  }

  /** Takes what is ready, oldest first, for the length of the lease; what was delivered too often without an end becomes a dead letter. */
  private async take(queues: readonly string[], limit: number): Promise<Row[]> {
    const rows = await this.database.query<Row>(
      `UPDATE messaging.deliveries d SET available_at = clock_timestamp() + $3 * interval '1 millisecond', deliveries = deliveries + 1
       FROM (SELECT queue, message_id FROM messaging.deliveries WHERE queue = ANY ($1) AND available_at <= clock_timestamp()
             ORDER BY available_at LIMIT $2 FOR UPDATE SKIP LOCKED) ready
       WHERE d.queue = ready.queue AND d.message_id = ready.message_id
       RETURNING d.queue, d.message_id, d.body, d.attempts, d.deliveries`,
      [queues, limit, this.options.leaseMs],
    );
    const live: Row[] = [];
    for (const row of rows) {
      if (row.deliveries <= DELIVERY_LIMIT) live.push(row);
      else await this.dead(row, 'delivery_limit');
    }
    return live;
  }

  private work(row: Row, deliver: (delivery: Delivery) => Promise<Outcome>): void {
    const job = deliver({ queue: row.queue, body: row.body, attempts: row.attempts })
      .then((outcome) => this.settle(row, outcome))
      // Unsettled, the lease brings the message back; the inbox makes that harmless.
      .catch(() => undefined)
      .finally(() => this.#inHand.delete(job));
    this.#inHand.add(job);
  }

  private async settle(row: Row, outcome: Outcome): Promise<void> {
    if (outcome.kind === 'done') {
      await this.database.query('DELETE FROM messaging.deliveries WHERE queue = $1 AND message_id = $2', [row.queue, row.messageId]);
    } else if (outcome.kind === 'release') {
      await this.comeBack(row, 0, row.attempts);
    } else if (outcome.kind === 'retry' && row.attempts < this.options.retryDelaysMs.length) {
      await this.comeBack(row, this.options.retryDelaysMs[row.attempts]!, row.attempts + 1);
    } else {
      await this.dead(row, outcome.reason);
    }
  }

  private async comeBack(row: Row, delay: number, attempts: number): Promise<void> {
    await this.database.query(
      `UPDATE messaging.deliveries SET attempts = $3, deliveries = 0, available_at = clock_timestamp() + $4 * interval '1 millisecond'
       WHERE queue = $1 AND message_id = $2`,
      [row.queue, row.messageId, attempts, delay],
    );
  }

  private async dead(row: Row, reason: string): Promise<void> {
    const { queue, messageId: messageId, body } = row;
    await this.database.transaction(async () => {
      await this.bury({ queue, messageId, reason, attempts: row.attempts + 1, body });
      await this.database.query('DELETE FROM messaging.deliveries WHERE queue = $1 AND message_id = $2', [queue, messageId]);
    });
  }
}
