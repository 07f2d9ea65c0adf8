/** Sends dead letters back into the queue they died in, as often as it takes and never two admins at once. */
import { Injectable, Logger } from '@nestjs/common';
import { AuditTrail } from '@app/kernel/audit-trail.js';
import { NotFound, Unavailable } from '@app/kernel/domain-error.js';
import { Database } from '../persistence/database.js';
import { Broker, PublishRefused } from '../messaging/broker.js';

/** Letters one call sends back at most. */
export const MOST_REDRIVEN = 100;
/** Milliseconds after which a call sends nothing more. */
const MAX_DURATION_MS = 10_000;
/** Seconds a letter belongs to the call that sends it; after a crash another may. Longer than any call. */
const CLAIM = 60;
const RETRY_AFTER = 5;

export type Selection = { readonly ids: readonly string[] } | { readonly queue: string };

export interface RedriveReport {
  /** Letters the broker has taken. */
  readonly redriven: number;
  /** Chosen by id, but sent back before, or being sent back by somebody else right now. */
  readonly skipped: number;
  /** Letters the broker would not take. They keep waiting. */
  readonly failed: { readonly id: string; readonly queue: string; readonly reason: string }[];
  /** Of the chosen ones, how many wait still. */
  readonly waiting: number;
}

export class DeadLetterNotFound extends NotFound {
  constructor(unknownIds: readonly string[]) {
    super('messaging.dead-letter-not-found', 'There is no such dead letter.', { unknownIds });
  }
}

export class BrokerAway extends Unavailable {
  constructor(redriven: number) {
    super('messaging.broker-away', 'The message broker is away. What was not sent back waits still; try again shortly.', {
      retryAfter: RETRY_AFTER,
      redriven,
    });
  }
}

interface Letter {
  id: string;
  queue: string;
  messageId: string | null;
  body: string;
  /** Instants as text: a JavaScript date would lose the microseconds they are compared by. */
  diedAt: string;
  claim: string;
}

interface Sent {
  readonly letters: Letter[];
  readonly failed: RedriveReport['failed'];
  readonly away: boolean;
}

@Injectable()
export class Redrive {
  readonly #logger = new Logger(Redrive.name);

  constructor(
    private readonly database: Database,
    private readonly broker: Broker,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * The broker first, the mark after: a crash in between sends a letter twice, and the inbox makes that harmless.
   * Throws `DeadLetterNotFound`; `Unavailable` when the broker is away.
   */
  async redrive(actor: string, chosen: Selection): Promise<RedriveReport> {
    await this.mustExist(chosen);
    const claimed = await this.claim(chosen);
    const sent = await this.send(claimed);
    await this.settle(actor, chosen, claimed, sent);
    if (sent.away) throw new BrokerAway(sent.letters.length);
    return {
      redriven: sent.letters.length,
      skipped: 'ids' in chosen ? chosen.ids.length - claimed.length : 0,
      failed: sent.failed,
      waiting: await this.waiting(chosen),
    };
  }

  private async mustExist(chosen: Selection): Promise<void> {
    if ('queue' in chosen) return;
    const unknown = await this.database.query<{ id: string }>(
      `SELECT id FROM unnest($1::uuid[]) AS id WHERE NOT EXISTS (SELECT FROM messaging.dead_letters d WHERE d.id = id.id)`,
      [chosen.ids],
    );
    if (unknown.length > 0) throw new DeadLetterNotFound(unknown.map(({ id }) => id));
  }

  /** Of several calls at once one gets a letter; the others pass it by. */
  private async claim(chosen: Selection): Promise<Letter[]> {
    const letters = await this.database.query<Letter>(
      `UPDATE messaging.dead_letters d SET redriving_until = statement_timestamp() + $3 * interval '1 second'
       FROM (SELECT id FROM messaging.dead_letters
             WHERE redriven_at IS NULL AND (redriving_until IS NULL OR redriving_until < statement_timestamp()) AND ${CHOSEN}
             ORDER BY id LIMIT $4 FOR UPDATE SKIP LOCKED) free
       WHERE d.id = free.id
       RETURNING d.id, d.queue, d.message_id, d.body, d.died_at::text, d.redriving_until::text AS claim`,
      [...parametersOf(chosen), CLAIM, MOST_REDRIVEN],
    );
    return letters.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** No transaction is open while the broker is waited for. */
  private async send(claimed: readonly Letter[]): Promise<Sent> {
    const letters: Letter[] = [];
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
          return { letters, failed, away: true };
        }
        failed.push({ id: letter.id, queue: letter.queue, reason: error.message });
      }
    }
    return { letters, failed, away: false };
  }

  /** Marks what was sent and gives the rest back. A letter that died again meanwhile has a new time of death and waits again. */
  private async settle(actor: string, chosen: Selection, claimed: readonly Letter[], { letters, failed, away }: Sent): Promise<void> {
    const sent = new Set(letters);
    await this.database.transaction(async () => {
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
      if (away && letters.length === 0) return;
      await this.audit.record({
        actor,
        action: 'messaging.redrive-dead-letters',
        subject: 'queue' in chosen ? chosen.queue : chosen.ids.length === 1 ? chosen.ids[0]! : 'messaging.dead-letters',
        details: { ...chosen, redriven: letters.map(({ id }) => id), failed: failed.map(({ id }) => id) },
      });
    });
  }

  private async waiting(chosen: Selection): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM messaging.dead_letters WHERE redriven_at IS NULL AND ${CHOSEN}`,
      parametersOf(chosen),
    );
    return row?.count ?? 0;
  }
}

const CHOSEN = '($1::uuid[] IS NULL OR id = ANY ($1)) AND ($2::text IS NULL OR queue = $2)';

function parametersOf(chosen: Selection): [ids: readonly string[] | null, queue: string | null] {
  return 'ids' in chosen ? [chosen.ids, null] : [null, chosen.queue];
}
