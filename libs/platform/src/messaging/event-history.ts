/** The events that the outbox still keeps, for a reader that must handle them again. `docs/retention.md` says how long they are kept. */
import type { DomainEvent, EventClass, EventContext } from '@app/kernel/domain-event.js';
import { Database } from '../persistence/database.js';

export interface PastEvent {
  readonly event: DomainEvent;
  readonly context: EventContext;
}

interface HistoryPage {
  readonly events: readonly PastEvent[];
  /** The last position that was looked at; null where there is none after. */
  readonly position: string | null;
}

/** An event as the outbox keeps it. */
export interface KeptEvent extends EventContext {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Returns the oldest `limit` events of these aggregates that are still kept, by time. */
export async function eventsOf(
  database: Database,
  { subjects, limit }: { subjects: readonly string[]; limit: number },
): Promise<KeptEvent[]> {
  return database.query<KeptEvent>(
    `SELECT id, type, subject, sequence, time, correlation_id, data FROM messaging.outbox
     WHERE subject = ANY ($1) ORDER BY time, position LIMIT $2`,
    [subjects, limit],
  );
}

interface Row extends EventContext {
  readonly position: string;
  readonly type: string;
  readonly data: object | null;
}

export interface HistoryBounds {
  /** The last position so far. An event that commits later reaches its queues after this moment, also where its position is lower. */
  readonly until: string;
  /** ISO instant of the oldest event that is kept. Null where there is none. */
  readonly since: string | null;
  /** No event before `since` was deleted. */
  readonly complete: boolean;
}

/** Returns where the history begins and ends now. */
export async function historyBounds(database: Database): Promise<HistoryBounds> {
  const [bounds] = await database.query<{ until: string; oldest: string | null; since: Date | null }>(
    `SELECT coalesce((SELECT max(position) FROM messaging.outbox), 0)::text AS until, first.position::text AS oldest, first.time AS since
     FROM (SELECT 1) one LEFT JOIN LATERAL (SELECT position, time FROM messaging.outbox ORDER BY position LIMIT 1) first ON true`,
  );
  return {
    until: bounds?.until ?? '0',
    since: bounds?.since?.toISOString() ?? null,
    complete: bounds?.oldest === null || bounds?.oldest === '1',
  };
}

/**
 * Returns the next events of these types. A page looks at `limit` positions, those of other types included, so that a rare type costs no long
 * statement; it can be empty before the end.
 */
export async function historyPage(
  database: Database,
  { types, after, until, limit }: { types: readonly EventClass[]; after: string; until: string; limit: number },
): Promise<HistoryPage> {
  const classes = new Map(types.map((type) => [type.type, type]));
  const rows = await database.query<Row>(
    `SELECT position::text, type, id, subject, sequence, time, correlation_id, CASE WHEN type = ANY ($4) THEN data END AS data
     FROM messaging.outbox WHERE position > $1 AND position <= $2 ORDER BY messaging.outbox.position LIMIT $3`,
    [after, until, limit, [...classes.keys()]],
  );
  const events = rows.flatMap(({ type, data, id, subject, sequence, time, correlationId }) => {
    const eventClass = classes.get(type);
    if (eventClass === undefined || data === null) return [];
    return [{ event: new eventClass(data), context: { id, subject, sequence, time, correlationId } }];
  });
  return { events, position: rows.at(-1)?.position ?? null };
}
