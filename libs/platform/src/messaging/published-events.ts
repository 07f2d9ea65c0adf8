/** Numbers events in the order of their publication. A reader who has seen a number has seen all that will ever be below it. */
import type { Database } from '../persistence/database.js';

/** Few enough for a short statement. */
const BATCH_ROWS = 1_000;

/**
 * Marks these rows as published and numbers them. Returns the time of the database. The row that holds the last number is locked until the commit,
 * so numbers become visible in their order. A row that has its number keeps it: what is published again is no new event.
 */
export async function markPublished(database: Database, positions: readonly (number | string)[]): Promise<Date | null> {
  const [marked] = await database.prepared<{ at: Date | null }>(
    `WITH head AS (
       UPDATE messaging.feed_positions SET position = position + cardinality($1::bigint[]) WHERE name = 'published'
       RETURNING position - cardinality($1::bigint[]) AS before),
     marked AS (
       UPDATE messaging.outbox o SET published_at = coalesce(o.published_at, clock_timestamp()),
         published_position = coalesce(o.published_position, head.before + new.n), refused_since = NULL, refused_at = NULL
       FROM head, unnest($1::bigint[]) WITH ORDINALITY AS new (position, n) WHERE o.position = new.position
       RETURNING o.published_at)
     SELECT max(published_at) AS at FROM marked`,
    [positions],
  );
  return marked?.at ?? null;
}

/** Numbers rows that were published without a number: by an earlier version. Returns whether there may be more. */
export async function numberPublished(database: Database): Promise<boolean> {
  const rows = await database.query<{ position: string }>(
    `SELECT position::text FROM messaging.outbox WHERE published_at IS NOT NULL AND published_position IS NULL ORDER BY messaging.outbox.position LIMIT $1`,
    [BATCH_ROWS],
  );
  if (rows.length > 0)
    await markPublished(
      database,
      rows.map(({ position }) => position),
    );
  return rows.length === BATCH_ROWS;
}
