/** Dead letters as admins see them. */
import { PageInfo } from '../../http/page.view.js';

export class DeadLetterView {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b31" */
  id!: string;
  /** @example "waiting" */
  status!: 'waiting' | 'redriven' | 'dismissed';
  /**
   * Where it died, and where a redrive sends it.
   * @example "reservations.confirm-reservation-when-payment-succeeded"
   */
  queue!: string;
  /**
   * Null for a message without an id of ours.
   * @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b32"
   */
  messageId!: string | null;
  /**
   * Why its reaction could not handle it.
   * @example "ReservationNotFound: There is no such reservation."
   */
  reason!: string;
  /** @example 1 */
  attempts!: number;
  /** @example "2026-11-21T18:00:00.000Z" */
  diedAt!: string;
  /** @example null */
  redrivenAt!: string | null;
  /** @example null */
  dismissedAt!: string | null;
}

export class DeadLetterDetailsView extends DeadLetterView {
  /**
   * The message: the envelope of an event. Null where it is not a JSON object.
   * @example { "type": "payments.payment-succeeded.v1" }
   */
  body!: Record<string, unknown> | null;
  /** The message as it arrived, where it is not a JSON object. */
  text!: string | null;
}

export class DeadLettersResponse {
  data!: DeadLetterView[];
  page!: PageInfo;
}

class RedriveFailureView {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b31" */
  id!: string;
  /** @example "reservations.a-reaction-of-long-ago" */
  queue!: string;
  /**
   * Why it was not sent back.
   * @example "There is no queue reservations.a-reaction-of-long-ago"
   */
  reason!: string;
}

export class RedriveView {
  /**
   * Letters sent back to their queue.
   * @example 1
   */
  redriven!: number;
  /**
   * Chosen by id, but sent back before, or by another admin at this moment.
   * @example 0
   */
  skipped!: number;
  /**
   * Letters that the broker refused; they keep waiting.
   * @example []
   */
  failed!: RedriveFailureView[];
  /**
   * Of the chosen letters, how many still wait.
   * @example 0
   */
  waiting!: number;
}

export class DismissalView {
  /**
   * Letters that wait no more.
   * @example 1
   */
  dismissed!: number;
  /**
   * Chosen by id, but sent back or dismissed before.
   * @example 0
   */
  skipped!: number;
  /**
   * Of the chosen letters, how many still wait.
   * @example 0
   */
  waiting!: number;
}

export type DeadLetterRow = Omit<DeadLetterView, 'status' | 'diedAt' | 'redrivenAt' | 'dismissedAt'> & {
  diedAt: Date;
  redrivenAt: Date | null;
  dismissedAt: Date | null;
};

/** Of `messaging.dead_letters`: the columns of a `DeadLetterRow`. */
export const DEAD_LETTER_COLUMNS = `id, queue, message_id, reason, attempts, died_at, redriven_at, dismissed_at`;

export function deadLetterView({ diedAt, redrivenAt, dismissedAt, ...row }: DeadLetterRow): DeadLetterView {
  const { id, queue, messageId, reason, attempts } = row;
  return {
    id,
    status: redrivenAt !== null ? 'redriven' : dismissedAt !== null ? 'dismissed' : 'waiting',
    queue,
    messageId,
    reason,
    attempts,
    diedAt: diedAt.toISOString(),
    redrivenAt: redrivenAt?.toISOString() ?? null,
    dismissedAt: dismissedAt?.toISOString() ?? null,
  };
}

export function deadLetterDetailsView({ body: text, ...row }: DeadLetterRow & { body: string }): DeadLetterDetailsView {
  const body = jsonObjectIn(text);
  return { ...deadLetterView(row), body, text: body === null ? text : null };
}

function jsonObjectIn(text: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
