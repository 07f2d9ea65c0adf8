/** An admin lets the relay try parked events again. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { NotFound } from '@app/kernel/domain-error.js';
import { Database } from '../../persistence/database.js';
import { Transactions } from '../../persistence/transactions.js';
import { OutboxSignal } from '../../persistence/outbox-signal.js';
import type { ReleaseView } from './outbox-row.view.js';

/** Rows that one request releases at most. */
export const MAX_RELEASED = 100;

export type OutboxSelection = { readonly ids: readonly string[] } | { readonly type: string };

/** The ids stay out of the answer: only the audit entry needs them. */
interface ReleaseReport extends ReleaseView {
  readonly ids: readonly string[];
}

export class OutboxRowNotFound extends NotFound {
  constructor(unknownIds: readonly string[]) {
    super('messaging.outbox-row-not-found', 'There is no such event in the outbox.', { unknownIds });
  }
}

/** Throws `OutboxRowNotFound`. A row that is not parked is skipped. */
export class ReleaseOutboxRows extends Command<ReleaseReport> implements AdminCommand<ReleaseReport> {
  constructor(
    readonly adminId: string | null,
    readonly selection: OutboxSelection,
  ) {
    super();
  }

  auditEntry({ ids }: ReleaseReport) {
    if (ids.length === 0) return null;
    const subject = 'type' in this.selection ? this.selection.type : ids.length === 1 ? ids[0]! : 'messaging.outbox';
    return { action: 'messaging.release-outbox-rows', subject, details: { ...this.selection, released: ids } };
  }
}

@CommandHandler(ReleaseOutboxRows)
export class ReleaseOutboxRowsHandler implements ICommandHandler<ReleaseOutboxRows> {
  constructor(
    private readonly database: Database,
    private readonly transactions: Transactions,
    private readonly signal: OutboxSignal,
  ) {}

  async execute({ selection }: ReleaseOutboxRows): Promise<ReleaseReport> {
    await this.assertExist(selection);
    const parameters = 'ids' in selection ? [selection.ids, null] : [null, selection.type];
    const released = await this.database.query<{ id: string }>(
      `WITH chosen AS (SELECT position FROM messaging.outbox WHERE parked_at IS NOT NULL AND ${SELECTED} ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED),
            released AS (UPDATE messaging.outbox o SET parked_at = NULL, refused_since = NULL, refused_at = NULL, attempts = 0
              FROM chosen WHERE o.position = chosen.position RETURNING o.id)
       SELECT id FROM released ORDER BY id`,
      [...parameters, MAX_RELEASED],
    );
    const [parked] = await this.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM messaging.outbox WHERE parked_at IS NOT NULL AND ${SELECTED}`,
      parameters,
    );
    this.transactions.afterCommit(() => this.signal.notify());
    return {
      ids: released.map(({ id }) => id),
      released: released.length,
      skipped: 'ids' in selection ? selection.ids.length - released.length : 0,
      parked: parked?.count ?? 0,
    };
  }

  private async assertExist(selection: OutboxSelection): Promise<void> {
    if ('type' in selection) return;
    const unknown = await this.database.query<{ id: string }>(
      `SELECT id FROM unnest($1::uuid[]) AS id WHERE NOT EXISTS (SELECT FROM messaging.outbox o WHERE o.id = id.id)`,
      [selection.ids],
    );
    if (unknown.length > 0) throw new OutboxRowNotFound(unknown.map(({ id }) => id));
  }
}

/** `$1`: ids or null; `$2`: an event type or null. */
const SELECTED = '($1::uuid[] IS NULL OR id = ANY ($1)) AND ($2::text IS NULL OR type = $2)';
