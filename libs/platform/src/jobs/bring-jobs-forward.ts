/** Jobs after the clock was set back: what was due at the moved time must not wait until real time reaches it. */
import type { Database } from '../persistence/database.js';

/** Makes every job that is due after now due `byMs` milliseconds earlier, but not before now. A claim keeps the rest of its lease. */
export async function bringJobsForward(database: Database, { byMs }: { byMs: number }): Promise<void> {
  await database.query(
    `UPDATE platform.jobs SET run_at = greatest(statement_timestamp(), run_at - $1::double precision * interval '1 millisecond')
     WHERE run_at > statement_timestamp()`,
    [byMs],
  );
}
