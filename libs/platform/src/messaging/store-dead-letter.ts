/** Stores dead letters in a table until a person has looked at them, for both brokers. */
import { newId } from '@app/kernel/id.js';
import { storableText } from '@app/kernel/text.js';
import type { Database } from '../persistence/database.js';
import { MESSAGE_DEAD, alert } from '../telemetry/alert.js';
import type { StoreDeadLetter } from './broker.js';

/** A message that becomes a dead letter again waits for a person again, also where it was sent back or dismissed before. */
export function storeDeadLetterIn(database: Database): StoreDeadLetter {
  return async ({ queue, messageId, reason, attempts, body }) => {
    await database.query(
      `INSERT INTO messaging.dead_letters (id, queue, message_id, reason, attempts, body) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT ON CONSTRAINT dead_letters_once DO UPDATE
       SET reason = excluded.reason, attempts = excluded.attempts, died_at = clock_timestamp(), redriven_at = NULL, dismissed_at = NULL`,
      [newId(), queue, messageId, storableText(reason.slice(0, 2_000)), attempts, body],
    );
    alert(MESSAGE_DEAD, 'A message went to the dead letters', { queue, messageId, reason });
  };
}
