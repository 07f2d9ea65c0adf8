/** Published events that a reaction has not received: the outbox and the bindings against the inbox. All times are those of the database. */
import type { Database } from '../persistence/database.js';
import { UNSUBSCRIBED } from './broker.js';
import { type Envelope, type OutboxRow, envelopeOf } from './envelope.js';

export interface LostEvent {
  readonly queue: string;
  readonly envelope: Envelope;
  /** Of the event in the order of publication. */
  readonly position: number;
  /** It has been missing for so long that it is looked for no more. */
  readonly isGivenUp: boolean;
}

interface LostEventsPage {
  readonly lost: readonly LostEvent[];
  /** The last position that was looked at; null where there is none after. */
  readonly position: number | null;
  readonly isFull: boolean;
}

interface LostEventsQuery {
  readonly after: number;
  readonly limit: number;
  /** Queues of this version. Those of another version count where a worker declared them after the event. */
  readonly queues: readonly string[];
  /** A younger event may be on its way. */
  readonly olderThanMs: number;
  readonly giveUpMs: number;
  /** Of an older event the inbox may have forgotten that it was received. */
  readonly youngerThanMs: number;
}

/** The position up to which every event was received, or given up. */
export async function receivedPosition(database: Database): Promise<number> {
  const [row] = await database.query<{ position: number }>(`SELECT position FROM messaging.feed_positions WHERE name = 'received'`);
  return row?.position ?? 0;
}

export async function advanceReceivedPosition(database: Database, position: number): Promise<void> {
  await database.query(`UPDATE messaging.feed_positions SET position = greatest(position, $1) WHERE name = 'received'`, [position]);
}

type Row = { readonly lastPosition: number | null; readonly seen: number; readonly queue: string | null } & Omit<LostEvent, 'envelope'> &
  OutboxRow;

const ago = (milliseconds: string): string => `statement_timestamp() - ${milliseconds}::float8 * interval '1 millisecond'`;

/**
 * A page looks at `limit` events by the index of the published positions, and asks the keys of inbox, dead letters and
 * deliveries for each of their queues. A dead letter that was sent back counts no more; one that waits, or was dismissed, is a person's.
 */
export async function lostEvents(database: Database, query: LostEventsQuery): Promise<LostEventsPage> {
  const { after, limit, queues, olderThanMs, giveUpMs, youngerThanMs } = query;
  const rows = await database.query<Row>(
    `WITH page AS MATERIALIZED (
       SELECT position, published_position, published_at, id, type FROM messaging.outbox
       WHERE published_position > $1 ORDER BY published_position LIMIT $2),
     old AS (
       SELECT * FROM page WHERE published_position < coalesce(
         (SELECT min(published_position) FROM page WHERE published_at > ${ago('$4')}), ${Number.MAX_SAFE_INTEGER})),
     lost AS (
       SELECT p.position, p.published_position, p.published_at < ${ago('$7')} AS is_given_up, b.queue FROM old p JOIN messaging.bindings b ON b.type = p.type
       WHERE b.queue <> $6 AND (b.queue = ANY ($3::text[]) OR b.declared_at > p.published_at)
         AND b.unbound_at IS NULL AND b.bound_at <= p.published_at
         AND p.published_at > ${ago('$5')}
         AND NOT EXISTS (SELECT FROM messaging.inbox i WHERE i.queue = b.queue AND i.message_id = p.id)
         AND NOT EXISTS (SELECT FROM messaging.deliveries d WHERE d.queue = b.queue AND d.message_id = p.id)
         AND NOT EXISTS (SELECT FROM messaging.dead_letters l WHERE l.queue = b.queue AND l.message_id = p.id AND l.redriven_at IS NULL))
     SELECT looked.last_position, looked.seen, m.queue, m.published_position AS position, m.is_given_up,
       o.id, o.type, o.subject, o.sequence, o.time, o.correlation_id, o.traceparent, o.data
     FROM (SELECT max(published_position) AS last_position, count(*)::int AS seen FROM old) looked
     LEFT JOIN lost m ON true LEFT JOIN messaging.outbox o ON o.position = m.position
     ORDER BY m.published_position, m.queue`,
    [after, limit, queues, olderThanMs, youngerThanMs, UNSUBSCRIBED, giveUpMs],
  );
  const lost = rows.flatMap(({ queue, position, isGivenUp, ...event }) =>
    queue === null ? [] : [{ queue, position, isGivenUp, envelope: envelopeOf(event) }],
  );
  return { lost, position: rows[0]?.lastPosition ?? null, isFull: rows[0]?.seen === limit };
}
