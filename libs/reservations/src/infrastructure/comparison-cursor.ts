/** How far the comparison with the context of showtimes has come: one position for all workers. */
import { WEEK_MS } from '@app/kernel/durations.js';
import { NIL_UUID } from '@app/kernel/id.js';
import { addMs } from '@app/kernel/instants.js';
import type { Database } from '@app/platform/persistence/database.js';

/** A showtime that has started cannot be cancelled or moved. A pass looks back this long, so that it survives that no worker ran for days. */
const LOOK_BACK_MS = WEEK_MS;

/** The condition of the index `reservations_to_compare`, which PostgreSQL takes for the same text only. */
const COMPARED = `(status IN ('held', 'confirmed') OR refund_due < total)`;

/** The first showtime after a position, by the index alone. */
const first = (position: string): string => `
  SELECT starts_at, showtime_id FROM reservations.reservations
  WHERE ${COMPARED} AND (starts_at, showtime_id) > ${position} ORDER BY starts_at, showtime_id LIMIT 1`;

/** $1 start and $2 id of the position, $3 limit. One step of the index a showtime, however many reservations it has. */
const PAGE = `
  WITH RECURSIVE page AS (
    SELECT 1 AS n, found.* FROM (${first('($1::timestamptz, $2::uuid)')}) found
    UNION ALL
    SELECT n + 1, found.* FROM page CROSS JOIN LATERAL (${first('(page.starts_at, page.showtime_id)')}) found WHERE n < $3)
  SELECT starts_at, showtime_id FROM page ORDER BY n`;

interface Cursor {
  /** Null between two passes. */
  readonly startsAt: Date | null;
  readonly showtimeId: string;
  readonly passBeganAt: Date;
}

/** Returns the ids of the next showtimes and moves the position. Call it in a transaction. */
export async function nextShowtimesToCompare(
  database: Database,
  { now, passMs, limit }: { now: Date; passMs: number; limit: number },
): Promise<string[]> {
  const [cursor] = await database.query<Cursor>(
    `SELECT starts_at, showtime_id, pass_began_at FROM reservations.showtime_comparison FOR UPDATE`,
  );
  if (cursor === undefined) throw new Error('reservations.showtime_comparison has no row');
  // A clock that was set back is behind the last pass.
  const isDue = Math.abs(now.getTime() - cursor.passBeganAt.getTime()) >= passMs;
  if (cursor.startsAt === null && !isDue) return [];
  const isNewPass = cursor.startsAt === null;
  const position = cursor.startsAt ?? addMs(now, -LOOK_BACK_MS);
  const page = await database.query<{ startsAt: Date; showtimeId: string }>(PAGE, [position, cursor.showtimeId, limit]);
  const last = page.length < limit ? undefined : page.at(-1);
  await database.query(`UPDATE reservations.showtime_comparison SET starts_at = $1, showtime_id = $2, pass_began_at = $3`, [
    last?.startsAt ?? null,
    last?.showtimeId ?? NIL_UUID,
    isNewPass ? now : cursor.passBeganAt,
  ]);
  return page.map(({ showtimeId }) => showtimeId);
}
