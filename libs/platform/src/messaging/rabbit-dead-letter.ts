/** The headers with which messages fail on RabbitMQ, and the dead letter that they describe. */
import type { ConsumeMessage, MessagePropertyHeaders } from 'amqplib';
import { isUuid } from '@app/kernel/id.js';
import { storableText } from '@app/kernel/text.js';
import type { DeadLetter } from './broker.js';

const ATTEMPTS = 'x-attempts';
const ORIGIN = 'x-origin-queue';
const REASON = 'x-reason';

/** Failures so far of a message that was delivered. */
export function attemptsOf({ properties }: ConsumeMessage): number {
  return Number(properties.headers?.[ATTEMPTS] ?? 0) || 0;
}

export function failureHeaders({ attempts, queue, reason }: { attempts: number; queue: string; reason: string }): MessagePropertyHeaders {
  return { [ATTEMPTS]: attempts, [ORIGIN]: queue, [REASON]: reason.slice(0, 2_000) };
}

/** Published by us with headers of ours, or dead-lettered by RabbitMQ itself (delivery limit) with its `x-death`. */
export function deadLetterOf({ content, properties, fields }: ConsumeMessage): DeadLetter {
  const headers = (properties.headers ?? {}) as Record<string, unknown>;
  const [death] = (headers['x-death'] ?? []) as { queue?: string; reason?: string; count?: number }[];
  const messageId: unknown = properties.messageId;
  return {
    queue: textOf(headers[ORIGIN]) ?? death?.queue ?? fields.routingKey,
    messageId: typeof messageId === 'string' && isUuid(messageId) ? messageId : null,
    reason: textOf(headers[REASON]) ?? death?.reason ?? 'unknown',
    attempts: Number(headers[ATTEMPTS] ?? death?.count ?? 0) || 0,
    body: storableText(content.toString('utf8')),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
