/** Sends events again that a reaction never received: a broker that lost its data, or a failover that took a reaction's commit back, would lose their effects. */
import { Alerts } from '@app/kernel/alerts.js';
import { Logger } from '@nestjs/common';
import { DAY_MS, HOUR_MS } from '@app/kernel/durations.js';
import { Settings } from '../../config/settings.js';
import { Job, type JobHandler, type JobLane } from '../../jobs/job.js';
import { Broker, PublishRefused } from '../../messaging/broker.js';
import { type LostEvent, advanceReceivedPosition, lostEvents, receivedPosition } from '../../messaging/lost-events.js';
import { Reactions } from '../../messaging/reactions.js';
import { Database } from '../../persistence/database.js';
import { EVENTS_LOST } from '../../telemetry/alert.js';

/** Some thousand look-ups in indexes. */
const PAGE_SIZE = 1_000;
/** Of a run. Where many are only late, each run sends them again, and the inbox has to drop them. */
const MAX_SENT_ROWS = 10_000;
/** An event that is still missing then is given up, so that the search need not begin before it for ever. */
const GIVE_UP_MS = DAY_MS;

/** What nothing else may wait for. It may read for minutes. */
const LOST_EVENTS: JobLane = { name: 'messaging.lost-events', concurrency: 1, leaseMs: 60_000 };

/**
 * Looks at each published event once, an hour after its last retry: whether every reaction that was bound then has it in its inbox. What is missing is
 * sent again, and the next run begins before it, until it is received. An event that is only late has its effect once, because of the inbox.
 */
@Job('messaging.redeliver-lost-events', { lane: LOST_EVENTS })
export class RedeliverLostEvents implements JobHandler {
  readonly everyMs = HOUR_MS;
  readonly #logger = new Logger(RedeliverLostEvents.name);

  constructor(
    private readonly database: Database,
    private readonly broker: Broker,
    private readonly reactions: Reactions,
    private readonly alerts: Alerts,
    private readonly settings: Settings,
  ) {}

  async run(): Promise<void> {
    const { broker, housekeeping } = this.settings;
    const bounds = {
      limit: PAGE_SIZE,
      queues: this.reactions.bindings().map(({ queue }) => queue),
      olderThanMs: HOUR_MS + broker.retryDelaysMs.reduce((sum, delayMs) => sum + delayMs, 0),
      giveUpMs: GIVE_UP_MS,
      youngerThanMs: (housekeeping.inboxKeptDays * DAY_MS) / 2,
    };
    const lost: LostEvent[] = [];
    let after = await receivedPosition(this.database);
    for (let isMore = true; isMore && lost.length < MAX_SENT_ROWS;) {
      const page = await lostEvents(this.database, { after, ...bounds });
      for (const event of page.lost) await this.redeliver(event);
      lost.push(...page.lost);
      after = page.position ?? after;
      isMore = page.isFull;
      // The next run begins before the first that may still be received.
      const expected = lost.find(({ isGivenUp }) => !isGivenUp);
      await advanceReceivedPosition(this.database, expected === undefined ? after : expected.position - 1);
    }
    if (lost.length === 0) return;
    const queues = [...new Set(lost.map(({ queue }) => queue))].sort();
    this.alerts.raise(EVENTS_LOST, 'Reactions did not receive events; they are sent again', { count: lost.length, queues });
  }

  /** Throws where the broker is away: the job is tried again. */
  private async redeliver({ queue, envelope }: LostEvent): Promise<void> {
    try {
      await this.broker.redeliver(queue, envelope.id, JSON.stringify(envelope));
    } catch (error) {
      if (!(error instanceof PublishRefused)) throw error;
      this.#logger.warn({ err: error, queue, id: envelope.id }, 'The broker refused an event that was lost');
    }
  }
}
