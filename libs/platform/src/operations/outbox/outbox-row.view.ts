/** Outbox rows as admins see them. */
import { PageInfo } from '../../http/page.view.js';

export class OutboxRowView {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b33" */
  id!: string;
  /** @example "parked" */
  status!: 'pending' | 'parked' | 'published';
  /** @example "payments.payment-succeeded.v1" */
  type!: string;
  /**
   * What it is about: the id of its aggregate.
   * @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b34"
   */
  subject!: string;
  /** @example 3 */
  sequence!: number;
  /** @example "2026-11-21T18:00:00.000Z" */
  time!: string;
  /**
   * How often the broker refused it while others passed.
   * @example 240
   */
  attempts!: number;
  /** @example "2026-11-21T18:00:01.000Z" */
  refusedSince!: string | null;
  /** @example "2026-11-21T18:05:01.000Z" */
  parkedAt!: string | null;
  /** @example null */
  publishedAt!: string | null;
}

export class OutboxRowDetailsView extends OutboxRowView {
  /**
   * The data of the event.
   * @example { "paymentId": "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b34" }
   */
  data!: Record<string, unknown>;
}

export class OutboxRowsResponse {
  data!: OutboxRowView[];
  page!: PageInfo;
}

export class ReleaseView {
  /**
   * Rows that the relay tries again.
   * @example 1
   */
  released!: number;
  /**
   * Chosen by id, but not parked.
   * @example 0
   */
  skipped!: number;
  /**
   * Of the chosen rows, how many are still parked.
   * @example 0
   */
  parked!: number;
}

type Instants = 'time' | 'refusedSince' | 'parkedAt' | 'publishedAt';

export type OutboxTableRow = Omit<OutboxRowView, 'status' | Instants> & {
  time: Date;
  refusedSince: Date | null;
  parkedAt: Date | null;
  publishedAt: Date | null;
};

/** Of `messaging.outbox`: the columns of an `OutboxTableRow`. */
export const OUTBOX_COLUMNS = 'id, type, subject, sequence, time, attempts, refused_since, parked_at, published_at';

export function outboxRowView({ id, type, subject, sequence, time, attempts, ...marks }: OutboxTableRow): OutboxRowView {
  const { refusedSince, parkedAt, publishedAt } = marks;
  return {
    id,
    status: publishedAt !== null ? 'published' : parkedAt !== null ? 'parked' : 'pending',
    type,
    subject,
    sequence,
    time: time.toISOString(),
    attempts,
    refusedSince: refusedSince?.toISOString() ?? null,
    parkedAt: parkedAt?.toISOString() ?? null,
    publishedAt: publishedAt?.toISOString() ?? null,
  };
}
