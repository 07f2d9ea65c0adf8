/** Which dead letters an admin means: those with these ids, or those of a queue. */
import { NotFound } from '@app/kernel/domain-error.js';
import type { Database } from '../../persistence/database.js';

/** Letters that one call sends back or dismisses at most. */
export const MAX_SELECTED = 100;

export type Selection = { readonly ids: readonly string[] } | { readonly queue: string };

export class DeadLetterNotFound extends NotFound {
  constructor(unknownIds: readonly string[]) {
    super('messaging.dead-letter-not-found', 'There is no such dead letter.', { unknownIds });
  }
}

/** Its parameters are those of `parametersOf`. */
export const SELECTED = '($1::uuid[] IS NULL OR id = ANY ($1)) AND ($2::text IS NULL OR queue = $2)';
/** A letter that was sent back and died again waits again. */
export const WAITING = 'redriven_at IS NULL AND dismissed_at IS NULL';

export const DEAD_LETTER_CONDITIONS = {
  waiting: WAITING,
  redriven: 'redriven_at IS NOT NULL',
  dismissed: 'redriven_at IS NULL AND dismissed_at IS NOT NULL',
} as const;

export type DeadLetterStatus = keyof typeof DEAD_LETTER_CONDITIONS;
export const DEAD_LETTER_STATUSES = Object.keys(DEAD_LETTER_CONDITIONS) as DeadLetterStatus[];

export function parametersOf(selection: Selection): [ids: readonly string[] | null, queue: string | null] {
  return 'ids' in selection ? [selection.ids, null] : [null, selection.queue];
}

/** The subject of the audit entry. */
export function subjectOf(selection: Selection): string {
  if ('queue' in selection) return selection.queue;
  return selection.ids.length === 1 ? selection.ids[0]! : 'messaging.dead-letters';
}

/** Throws `DeadLetterNotFound`. */
export async function assertLettersExist(database: Database, selection: Selection): Promise<void> {
  if ('queue' in selection) return;
  const unknown = await database.query<{ id: string }>(
    `SELECT id FROM unnest($1::uuid[]) AS id WHERE NOT EXISTS (SELECT FROM messaging.dead_letters d WHERE d.id = id.id)`,
    [selection.ids],
  );
  if (unknown.length > 0) throw new DeadLetterNotFound(unknown.map(({ id }) => id));
}

export async function countWaitingLetters(database: Database, selection: Selection): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM messaging.dead_letters WHERE ${WAITING} AND ${SELECTED}`,
    parametersOf(selection),
  );
  return row?.count ?? 0;
}
