/** The published events in the order of their publication, a page at a time, for subscribers that catch up. */
import { Gone } from '@app/kernel/domain-error.js';
import { isUuid } from '@app/kernel/id.js';
import type { Database } from '../persistence/database.js';
import { InvalidCursor } from '../persistence/keyset.js';
import { type Envelope, type OutboxRow, envelopeOf } from './envelope.js';

/** Events that a page looks at for the types it is about: a rare type must not make a long statement. */
const MAX_SCANNED_EVENTS = 20_000;

/** The last event that was seen. The id tells whether it is still the same history. */
interface FeedCursor {
  readonly position: string;
  readonly id: string;
}

interface FeedPage {
  readonly events: readonly Envelope[];
  /** Where the next page begins. Null where nothing was published yet. */
  readonly cursor: string | null;
}

/** `keptDays`: how long events are kept after they were published. */
export class CursorTooOld extends Gone {
  constructor(keptDays: number) {
    super(
      'events.cursor-too-old',
      `Events after this cursor were deleted: events are kept for ${keptDays} days. Begin again without a cursor, and read the present state from the API.`,
      { keptDays },
    );
  }
}

/** The database was restored from a backup that is older than the cursor. */
export class CursorUnknown extends Gone {
  constructor() {
    super(
      'events.cursor-unknown',
      'The last event that you saw is not here: the system was restored from an older backup. Begin again without a cursor; ids that you handled stay the same.',
    );
  }
}

type Row = { readonly scannedTo: string; readonly scannedId: string; readonly place: string } & {
  readonly [K in keyof OutboxRow]: OutboxRow[K] | null;
};

/** `types`: null for all. Throws `InvalidCursor`, `CursorTooOld` or `CursorUnknown`. */
export async function feedPage(
  database: Database,
  { after, types, limit, keptDays }: { after: string | undefined; types: readonly string[] | null; limit: number; keptDays: number },
): Promise<FeedPage> {
  const from = after === undefined ? null : readCursor(after);
  // One statement says what is in the page and where it ends: an event that is published meanwhile is in the next one.
  const rows = await database.prepared<Row>(
    `WITH scanned AS (
       SELECT published_position, position, id, type FROM messaging.outbox WHERE published_position > $1 ORDER BY published_position LIMIT $3),
     page AS (
       SELECT published_position AS place, position FROM scanned WHERE $2::text[] IS NULL OR type = ANY ($2) ORDER BY published_position LIMIT $4)
     SELECT last.published_position::text AS scanned_to, last.id AS scanned_id, page.place::text AS place,
            o.id, o.type, o.subject, o.sequence, o.time, o.correlation_id, o.data
     FROM (SELECT published_position, id FROM scanned ORDER BY published_position DESC LIMIT 1) last
     LEFT JOIN page ON true LEFT JOIN messaging.outbox o ON o.position = page.position ORDER BY page.place`,
    [from?.position ?? '0', types, types === null ? limit : MAX_SCANNED_EVENTS, limit],
  );
  // After the page was read: what is deleted meanwhile may be missing in it.
  if (from !== null) await assertKept(database, from, keptDays);
  const events = rows.filter((row): row is Row & OutboxRow => row.id !== null);
  const [last, lastOfAll] = [events.at(-1), rows.at(-1)];
  const isFull = last !== undefined && events.length === limit;
  const end = isFull ? { position: last.place, id: last.id } : lastOfAll && { position: lastOfAll.scannedTo, id: lastOfAll.scannedId };
  return { events: events.map(envelopeOf), cursor: end === undefined ? (after ?? null) : cursorOf(end) };
}

/** The cursor of the last event that was published. Null where none is kept. */
export async function feedEnd(database: Database): Promise<string | null> {
  const [last] = await database.prepared<FeedCursor>(
    `SELECT published_position::text AS position, id FROM messaging.outbox WHERE published_position IS NOT NULL
     ORDER BY published_position DESC LIMIT 1`,
    [],
  );
  return last === undefined ? null : cursorOf(last);
}

/** Of these events, those that are still kept, as the feed shows them. */
export async function eventsById(database: Database, ids: readonly string[]): Promise<Envelope[]> {
  const rows = await database.prepared<OutboxRow>(
    'SELECT id, type, subject, sequence, time, correlation_id, data FROM messaging.outbox WHERE id = ANY ($1::uuid[])',
    [ids],
  );
  return rows.map(envelopeOf);
}

async function assertKept(database: Database, { position, id }: FeedCursor, keptDays: number): Promise<void> {
  const [row] = await database.prepared<{ deleted: string; isKnown: boolean }>(
    `SELECT position::text AS deleted, EXISTS (SELECT FROM messaging.outbox WHERE published_position = $1 AND id = $2) AS is_known
     FROM messaging.feed_positions WHERE name = 'deleted'`,
    [position, id],
  );
  const [deleted, place] = [BigInt(row?.deleted ?? 0), BigInt(position)];
  if (deleted > place) throw new CursorTooOld(keptDays);
  if (row?.isKnown !== true && deleted !== place) throw new CursorUnknown();
}

function cursorOf({ position, id }: FeedCursor): string {
  return Buffer.from(JSON.stringify([position, id])).toString('base64url');
}

function readCursor(cursor: string): FeedCursor {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(key) && key.length === 2) {
      const [position, id] = key as unknown[];
      if (typeof position === 'string' && /^[1-9]\d{0,17}$/.test(position) && typeof id === 'string' && isUuid(id)) return { position, id };
    }
  } catch {
    // Not JSON: another list or another program made it.
  }
  throw new InvalidCursor();
}
