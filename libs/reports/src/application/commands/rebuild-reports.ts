import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AuditTrail } from '@app/kernel/audit-trail.js';
import type { EventClass } from '@app/kernel/domain-event.js';
import { type HistoryBounds, historyBounds, historyPage, type PastEvent } from '@app/platform/messaging/event-history.js';
import { type Reaction, subscriptionOf } from '@app/platform/messaging/subscribe.js';
import { Database } from '@app/platform/persistence/database.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { type RebuildPosition, RebuildProgress } from '../../domain/rebuild-progress.js';
import { ReportFacts } from '../../domain/report-facts.js';
import { reportsReactions } from '../reports-reactions.js';

/** Outbox rows of one transaction: short enough for the statement time-out, and what a crash repeats at most. */
const PAGE_ROWS = 500;

interface RebuiltReports {
  /** Events that were counted again, those of a run that was cut off included. */
  readonly events: number;
  /** The run went on where an earlier one was cut off. */
  readonly resumed: boolean;
  /** ISO instant of the oldest event that is kept. Null where there is none. */
  readonly historySince: string | null;
  /** No event before `historySince` was deleted. If false, facts of older events stay as they are. */
  readonly complete: boolean;
}

interface RebuildOptions {
  /** Forgets how far an earlier run came. */
  readonly fromStart?: boolean | undefined;
  /** Gets how far it is in the history. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Counts every event that the outbox keeps again. Facts are replaced, never removed: reports can be read meanwhile, events that arrive count
 * once, and facts whose events are deleted stay. A run that was cut off goes on where it was.
 */
export class RebuildReports extends Command<RebuiltReports> {
  constructor(readonly options: RebuildOptions = {}) {
    super();
  }
}

@CommandHandler(RebuildReports)
export class RebuildReportsHandler implements ICommandHandler<RebuildReports> {
  readonly #reactions: ReadonlyMap<EventClass, Reaction>;

  constructor(
    facts: ReportFacts,
    private readonly progress: RebuildProgress,
    private readonly database: Database,
    private readonly transactions: Transactions,
    private readonly audit: AuditTrail,
  ) {
    this.#reactions = new Map(
      reportsReactions.flatMap((reaction) => {
        const subscription = subscriptionOf(reaction);
        return subscription === null ? [] : [[subscription.event, new reaction(facts)]];
      }),
    );
  }

  async execute({ options: { fromStart = false, onProgress } }: RebuildReports): Promise<RebuiltReports> {
    const bounds = await historyBounds(this.database);
    const { resumed } = await this.progress.begin({ until: bounds.until, fromStart });
    for (;;) {
      const page = await this.transactions.run(() => this.countPage({ ...bounds, resumed }));
      if (!('position' in page)) return page;
      onProgress?.(Number(page.position), Number(page.until));
    }
  }

  /** Two runs at once take turns: each page belongs to the one that locked the row. */
  private async countPage({
    since,
    complete,
    resumed,
  }: HistoryBounds & { resumed: boolean }): Promise<RebuiltReports | Pick<RebuildPosition, 'position' | 'until'>> {
    const progress = await this.progress.lock();
    if (progress === null) return { events: 0, resumed, historySince: since, complete };
    const { events, position } = await historyPage(this.database, {
      types: [...this.#reactions.keys()],
      after: progress.position,
      until: progress.until,
      limit: PAGE_ROWS,
    });
    if (position === null) return this.finish({ events: progress.events, resumed, historySince: since, complete });
    for (const past of events) await this.count(past);
    await this.progress.advance({ position, events: events.length });
    return { position, until: progress.until };
  }

  private async finish(rebuilt: RebuiltReports): Promise<RebuiltReports> {
    await this.progress.end();
    await this.audit.record({ actor: null, action: 'reports.rebuild', subject: 'reports', details: rebuilt });
    return rebuilt;
  }

  private async count({ event, context }: PastEvent): Promise<void> {
    await this.#reactions.get(event.constructor as EventClass)?.handle(event, context);
  }
}
