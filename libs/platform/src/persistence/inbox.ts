/** The inbox: one row for each message and queue, written in the transaction of the effect, so that a repeated message has no second effect. */
import { Injectable } from '@nestjs/common';
import { Database } from './database.js';

@Injectable()
export class Inbox {
  constructor(private readonly database: Database) {}

  /** Returns the ids of those messages that the queue has not had before. */
  async add({ queue, messageIds }: { queue: string; messageIds: readonly string[] }): Promise<ReadonlySet<string>> {
    // In the order of the ids, so that two processes with the same messages cannot deadlock.
    const added = await this.database.prepared<{ messageId: string }>(
      `INSERT INTO messaging.inbox (queue, message_id) SELECT $1, id FROM unnest($2::uuid[]) AS id ORDER BY id
       ON CONFLICT DO NOTHING RETURNING message_id`,
      [queue, messageIds],
    );
    return new Set(added.map(({ messageId }) => messageId));
  }
}
