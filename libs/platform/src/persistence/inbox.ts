/** The inbox: one row for each message and queue, written in the transaction of the effect, so that a repeated message has no second effect. */
import { Injectable } from '@nestjs/common';
import { Database } from './database.js';

@Injectable()
export class Inbox {
  constructor(private readonly database: Database) {}

  /** Returns false where the queue has had this message before. */
  async add({ queue, messageId }: { queue: string; messageId: string }): Promise<boolean> {
    const added = await this.database.affected('INSERT INTO messaging.inbox (queue, message_id) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      queue,
      messageId,
    ]);
    return added > 0;
  }
}
