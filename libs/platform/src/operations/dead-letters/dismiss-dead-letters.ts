/** An admin ends the waiting of dead letters that nothing can be done about. They stay readable, and can still be sent back by id. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Database } from '../../persistence/database.js';
import {
  MAX_SELECTED,
  SELECTED,
  type Selection,
  WAITING,
  assertLettersExist,
  countWaitingLetters,
  parametersOf,
  subjectOf,
} from './dead-letter-selection.js';
import type { DismissalView } from './dead-letter.view.js';

/** The ids stay out of the answer: only the audit entry needs them. */
interface DismissalReport extends DismissalView {
  readonly ids: readonly string[];
}

/** Throws `DeadLetterNotFound`. A letter that does not wait is skipped. */
export class DismissDeadLetters extends Command<DismissalReport> implements AdminCommand<DismissalReport> {
  constructor(
    readonly adminId: string | null,
    readonly selection: Selection,
    readonly reason: string,
  ) {
    super();
  }

  auditEntry({ ids }: DismissalReport) {
    if (ids.length === 0) return null;
    const details = { ...this.selection, dismissed: ids, reason: this.reason };
    return { action: 'messaging.dismiss-dead-letters', subject: subjectOf(this.selection), details };
  }
}

@CommandHandler(DismissDeadLetters)
export class DismissDeadLettersHandler implements ICommandHandler<DismissDeadLetters> {
  constructor(private readonly database: Database) {}

  async execute({ selection }: DismissDeadLetters): Promise<DismissalReport> {
    await assertLettersExist(this.database, selection);
    const dismissed = await this.database.query<{ id: string }>(
      `WITH chosen AS (SELECT id FROM messaging.dead_letters WHERE ${WAITING} AND ${SELECTED} ORDER BY id LIMIT $3 FOR UPDATE),
            dismissed AS (UPDATE messaging.dead_letters d SET dismissed_at = clock_timestamp() FROM chosen WHERE d.id = chosen.id RETURNING d.id)
       SELECT id FROM dismissed ORDER BY id`,
      [...parametersOf(selection), MAX_SELECTED],
    );
    return {
      ids: dismissed.map(({ id }) => id),
      dismissed: dismissed.length,
      skipped: 'ids' in selection ? selection.ids.length - dismissed.length : 0,
      waiting: await countWaitingLetters(this.database, selection),
    };
  }
}
