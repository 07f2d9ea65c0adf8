import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { WebhookNotFound } from '../../domain/errors.js';
import type { StripeEventStatus } from '../../domain/stripe-events.js';

export interface StripeEventView {
  readonly id: string;
  readonly type: string;
  readonly status: StripeEventStatus;
  readonly tries: number;
  readonly note: string | null;
  readonly occurredAt: string;
  readonly receivedAt: string;
  /** The Stripe object it is about. */
  readonly objectId: string | null;
}

type Row = Omit<StripeEventView, 'occurredAt' | 'receivedAt'> & { occurredAt: Date; receivedAt: Date };

const SELECT = `SELECT id, type, status, attempts AS tries, note, occurred_at, received_at,
  body #>> '{data,object,id}' AS "objectId" FROM payments.stripe_events`;

/** Stripe's events, newest first: one more than `limit` when there are more. */
export class StripeEventsForAdmin extends Query<StripeEventView[]> {
  constructor(
    readonly status: StripeEventStatus | undefined,
    readonly before: { readonly receivedAt: string; readonly id: string } | null,
    readonly limit: number,
  ) {
    super();
  }
}

/** Throws `WebhookNotFound`. */
export class StripeEventForAdmin extends Query<StripeEventView> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(StripeEventsForAdmin)
export class StripeEventsForAdminHandler implements IQueryHandler<StripeEventsForAdmin> {
  constructor(private readonly database: Database) {}

  async execute({ status, before, limit }: StripeEventsForAdmin): Promise<StripeEventView[]> {
    const rows = await this.database.query<Row>(
      `${SELECT} WHERE ($1::text IS NULL OR status = $1)
         AND ($2::timestamptz IS NULL OR (received_at, id) < ($2, $3))
       ORDER BY received_at DESC, id DESC LIMIT $4`,
      [status ?? null, before?.receivedAt ?? null, before?.id ?? null, limit + 1],
    );
    return rows.map(viewOf);
  }
}

@QueryHandler(StripeEventForAdmin)
export class StripeEventForAdminHandler implements IQueryHandler<StripeEventForAdmin> {
  constructor(private readonly database: Database) {}

  async execute({ id }: StripeEventForAdmin): Promise<StripeEventView> {
    const [row] = await this.database.query<Row>(`${SELECT} WHERE id = $1`, [id]);
    if (row === undefined) throw new WebhookNotFound();
    return viewOf(row);
  }
}

function viewOf(row: Row): StripeEventView {
  return { ...row, occurredAt: row.occurredAt.toISOString(), receivedAt: row.receivedAt.toISOString() };
}
