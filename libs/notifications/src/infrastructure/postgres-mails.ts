import { Injectable } from '@nestjs/common';
import { newId } from '@app/kernel/id.js';
import { storableText } from '@app/kernel/text.js';
import { Database } from '@app/platform/persistence/database.js';
import type { MailKind, MailRequest, MailState, MailStatus } from '../domain/mail.js';
import { type MailAnswer, Mails } from '../domain/mails.js';

/** As much of an answer as an admin reads. */
const MAX_ANSWER_CHARACTERS = 500;

@Injectable()
export class PostgresMails extends Mails {
  constructor(private readonly database: Database) {
    super();
  }

  async add(requests: readonly MailRequest[], at: Date): Promise<string[]> {
    // Always in the same order: two transactions that add the same mails must not wait for each other.
    const rows = requests.map((request) => ({ id: newId(), ...request })).sort((a, b) => (a.factId < b.factId ? -1 : 1));
    const added = await this.database.query<{ id: string }>(
      `INSERT INTO notifications.mails (id, kind, fact_id, user_id, reservation_id, facts, requested_at)
       SELECT r.*, $7 FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::jsonb[]) AS r
       ON CONFLICT (kind, fact_id) DO NOTHING RETURNING id`,
      [
        rows.map(({ id }) => id),
        rows.map(({ kind }) => kind),
        rows.map(({ factId }) => factId),
        rows.map(({ userId }) => userId),
        rows.map(({ reservationId }) => reservationId),
        rows.map(({ facts }) => JSON.stringify(facts)),
        at,
      ],
    );
    return added.map(({ id }) => id);
  }

  async find(id: string): Promise<MailState | null> {
    const [row] = await this.database.query<MailState>(
      `SELECT id, kind, fact_id, user_id, reservation_id, facts, status, attempts, first_refused_at, requested_at
       FROM notifications.mails WHERE id = $1`,
      [id],
    );
    return row ?? null;
  }

  async withoutMail(kind: MailKind, factIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.query<{ factId: string }>(
      `SELECT f.fact_id FROM unnest($2::text[]) AS f (fact_id)
       WHERE NOT EXISTS (SELECT FROM notifications.mails m WHERE m.kind = $1 AND m.fact_id = f.fact_id)`,
      [kind, factIds],
    );
    return new Set(rows.map(({ factId }) => factId));
  }

  async countSent({ userId, after, limit }: { userId: string; after: Date; limit: number }): Promise<number> {
    const rows = await this.database.query(
      `SELECT FROM notifications.mails WHERE user_id = $1 AND status = 'sent' AND ended_at > $2 LIMIT $3`,
      [userId, after, limit],
    );
    return rows.length;
  }

  async markSent(id: string, { userId, at }: { userId: string; at: Date }): Promise<void> {
    await this.database.query(
      `UPDATE notifications.mails SET status = 'sent', user_id = $2, ended_at = $3, address = NULL, answer = NULL
       WHERE id = $1 AND status = 'waiting'`,
      [id, userId, at],
    );
  }

  async markNotNeeded(id: string): Promise<void> {
    await this.database.query(
      `UPDATE notifications.mails SET status = 'not-needed', address = NULL, answer = NULL WHERE id = $1 AND status = 'waiting'`,
      [id],
    );
  }

  async markBounced(id: string, { userId, address, answer, at }: MailAnswer & { userId: string }): Promise<void> {
    await this.database.query(
      `UPDATE notifications.mails SET status = 'bounced', user_id = $2, address = $3, answer = $4, ended_at = $5
       WHERE id = $1 AND status = 'waiting'`,
      [id, userId, address, cut(answer), at],
    );
  }

  async recordRefusal(
    id: string,
    { userId, address, answer, at, giveUpBefore }: MailAnswer & { userId: string; giveUpBefore: Date },
  ): Promise<MailStatus | null> {
    const [row] = await this.database.query<{ status: MailStatus }>(
      `WITH refused AS (
         UPDATE notifications.mails SET user_id = $2, address = $3, answer = $4, attempts = attempts + 1,
           first_refused_at = coalesce(first_refused_at, $5),
           status = CASE WHEN first_refused_at < $6 THEN 'given-up' ELSE 'waiting' END,
           ended_at = CASE WHEN first_refused_at < $6 THEN $5::timestamptz END
         WHERE id = $1 AND status = 'waiting' RETURNING status)
       SELECT status FROM refused`,
      [id, userId, address, cut(answer), at, giveUpBefore],
    );
    return row?.status ?? null;
  }

  async recordUnconfirmed(
    id: string,
    { userId, address, answer, at, limit }: MailAnswer & { userId: string; limit: number },
  ): Promise<MailStatus | null> {
    const [row] = await this.database.query<{ status: MailStatus }>(
      `WITH unconfirmed AS (
         UPDATE notifications.mails SET user_id = $2, address = $3, answer = $4, attempts = attempts + 1,
           unconfirmed_sends = unconfirmed_sends + 1,
           status = CASE WHEN unconfirmed_sends + 1 >= $6 THEN 'given-up' ELSE 'waiting' END,
           ended_at = CASE WHEN unconfirmed_sends + 1 >= $6 THEN $5::timestamptz END
         WHERE id = $1 AND status = 'waiting' RETURNING status)
       SELECT status FROM unconfirmed`,
      [id, userId, address, cut(answer), at, limit],
    );
    return row?.status ?? null;
  }

  async retry(id: string): Promise<MailStatus | null> {
    const [row] = await this.database.query<{ status: MailStatus }>(
      `WITH before AS (SELECT id, status FROM notifications.mails WHERE id = $1 FOR UPDATE),
         retried AS (
           UPDATE notifications.mails m SET status = 'waiting', attempts = 0, unconfirmed_sends = 0, first_refused_at = NULL,
             ended_at = NULL
           FROM before b WHERE m.id = b.id AND b.status IN ('bounced', 'given-up'))
       SELECT status FROM before`,
      [id],
    );
    return row?.status ?? null;
  }

  async erase(userIds: readonly string[]): Promise<void> {
    await this.database.query(
      `UPDATE notifications.mails SET address = NULL, answer = NULL, status = CASE status WHEN 'waiting' THEN 'not-needed' ELSE status END
       WHERE user_id = ANY ($1) AND (address IS NOT NULL OR answer IS NOT NULL OR status = 'waiting')`,
      [userIds],
    );
  }

  async delete({ requestedBefore, limit }: { requestedBefore: Date; limit: number }): Promise<number> {
    return this.database.change(
      `DELETE FROM notifications.mails WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM notifications.mails WHERE status <> 'waiting' AND requested_at < $1 ORDER BY requested_at LIMIT $2
         FOR UPDATE SKIP LOCKED))`,
      [requestedBefore, limit],
    );
  }
}

/** PostgreSQL takes no NUL. */
const cut = (answer: string): string => storableText(answer.slice(0, MAX_ANSWER_CHARACTERS));
