/** Sends dead letters back to their queues. It can be repeated, and two admins never send the same letter at once. */
import { Injectable, Logger } from '@nestjs/common';
import { AuditTrail } from '@app/kernel/audit-trail.js';
import { Unavailable } from '@app/kernel/domain-error.js';
import { Broker, PublishRefused } from '../../messaging/broker.js';
import { Database } from '../../persistence/database.js';
import { Transactions } from '../../persistence/transactions.js';
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

/** A call sends nothing more after this. */
const MAX_DURATION_MS = 10_000;
/** How long a letter belongs to the call that sends it. Longer than any call; after a crash another call can claim it. */
const CLAIM_SECONDS = 60;
const RETRY_AFTER_SECONDS = 5;

interface RedriveReport {
  /** Letters that the broker accepted. */
  readonly redriven: number;
  /** Chosen by id, but sent back before, or by another call at this moment. */
  readonly skipped: number;
  /** Letters that the broker refused. They keep waiting. */
  readonly failed: { readonly id: string; readonly queue: string; readonly reason: string }[];
  /** Of the chosen letters, how many still wait. */
  readonly waiting: number;
}

export class BrokerAway extends Unavailable {
  constructor(redriven: number) {
    super('messaging.broker-away', 'The message broker is away. What was not sent back waits still; try again shortly.', {
      retryAfter: RETRY_AFTER_SECONDS,
      redriven,
    });
  }
}

interface ClaimedDeadLetter {
  id: string;
  queue: string;
  messageId: string | null;
  body: string;
  /** Instants as text: a JavaScript date would lose the microseconds that they are compared by. */
  diedAt: string;
  claim: string;
}

interface SendResult {
  readonly letters: ClaimedDeadLetter[];
  readonly failed: RedriveReport['failed'];
  readonly isBrokerAway: boolean;
}

@Injectable()
export class RedriveDeadLetters {
  readonly #logger = new Logger(RedriveDeadLetters.name);

  constructor(
    private readonly database: Database,
    private readonly transactions: Transactions,
    private readonly broker: Broker,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * `adminId` is null for the operator. Sends first and marks afterwards: a crash in between sends a letter twice, and the inbox makes that harmless.
   * Throws `DeadLetterNotFound` and `BrokerAway`.
   */
  async execute({ adminId, selection }: { adminId: string | null; selection: Selection }): Promise<RedriveReport> {
    await assertLettersExist(this.database, selection);
    const claimed = await this.claim(selection);
    const sent = await this.send(claimed);
    await this.recordSent({ adminId, selection, claimed, sent });
    if (sent.isBrokerAway) throw new BrokerAway(sent.letters.length);
    return {
      redriven: sent.letters.length,
      skipped: 'ids' in selection ? selection.ids.length - claimed.length : 0,
      failed: sent.failed,
      waiting: await countWaitingLetters(this.database, selection),
    };
  }

  /** Of several calls at once, one gets a letter and the others skip it. A letter that was dismissed is sent back where its id is given. */
  private async claim(selection: Selection): Promise<ClaimedDeadLetter[]> {
    const letters = await this.database.query<ClaimedDeadLetter>(
      `UPDATE messaging.dead_letters d SET redriving_until = statement_timestamp() + $3 * interval '1 second'
       FROM (SELECT id FROM messaging.dead_letters
             WHERE redriven_at IS NULL AND ($1::uuid[] IS NOT NULL OR ${WAITING}) AND (redriving_until IS NULL OR redriving_until < statement_timestamp()) AND ${SELECTED}
             ORDER BY id LIMIT $4 FOR UPDATE SKIP LOCKED) free
       WHERE d.id = free.id
       RETURNING d.id, d.queue, d.message_id, d.body, d.died_at::text, d.redriving_until::text AS claim`,
      [...parametersOf(selection), CLAIM_SECONDS, MAX_SELECTED],
    );
    return letters.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** No transaction is open while the broker works. */
  private async send(claimed: readonly ClaimedDeadLetter[]): Promise<SendResult> {
    const letters: ClaimedDeadLetter[] = [];
    const failed: RedriveReport['failed'] = [];
    const deadline = Date.now() + MAX_DURATION_MS;
    for (const letter of claimed) {
      if (Date.now() > deadline) break;
      try {
        await this.broker.redeliver(letter.queue, letter.messageId, letter.body);
        letters.push(letter);
      } catch (error) {
        if (!(error instanceof PublishRefused)) {
          this.#logger.warn({ err: error }, 'The broker is away; dead letters keep waiting');
          return { letters, failed, isBrokerAway: true };
        }
        failed.push({ id: letter.id, queue: letter.queue, reason: error.message });
      }
    }
    return { letters, failed, isBrokerAway: false };
  }

  /** Marks what was sent and ends the claims on the rest. A letter that failed again meanwhile has a new `died_at` and waits again. */
  private async recordSent({
    adminId,
    selection,
    claimed,
    sent: { letters, failed, isBrokerAway },
  }: {
    adminId: string | null;
    selection: Selection;
    claimed: readonly ClaimedDeadLetter[];
    sent: SendResult;
  }): Promise<void> {
    const sent = new Set(letters);
    await this.transactions.run(async () => {
      await this.database.query(
        `UPDATE messaging.dead_letters d SET redriving_until = NULL,
           redriven_at = CASE WHEN mine.sent AND d.died_at = mine.died_at THEN clock_timestamp() ELSE d.redriven_at END
         FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::boolean[]) AS mine (id, claim, died_at, sent)
         WHERE d.id = mine.id AND d.redriving_until = mine.claim`,
        [
          claimed.map(({ id }) => id),
          claimed.map(({ claim }) => claim),
          claimed.map(({ diedAt }) => diedAt),
          claimed.map((letter) => sent.has(letter)),
        ],
      );
      if (isBrokerAway && letters.length === 0) return;
      await this.audit.record({
        actor: adminId,
        action: 'messaging.redrive-dead-letters',
        subject: subjectOf(selection),
        details: { ...selection, redriven: letters.map(({ id }) => id), failed: failed.map(({ id }) => id) },
      });
    });
  }
}
