import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { WebhookNotFound } from '../../domain/errors.js';
import type { WebhookStatus } from '../../domain/webhooks.js';

export interface WebhookView {
  readonly id: string;
  readonly type: string;
  readonly status: WebhookStatus;
  readonly tries: number;
  readonly note: string | null;
  readonly occurredAt: string;
  readonly receivedAt: string;
  /** The Stripe object it is about. */
  readonly objectId: string | null;
}

type Row = Omit<WebhookView, 'occurredAt' | 'receivedAt'> & { occurredAt: Date; receivedAt: Date };

const SELECT = `SELECT id, type, status, tries, note, occurred_at, received_at,
  body #>> '{data,object,id}' AS "objectId" FROM payments.webhooks`;

/** Stripe's events, newest first: one more than `limit` when there are more. */
export class FindWebhooks extends Query<WebhookView[]> {
  constructor(
    readonly status: WebhookStatus | undefined,
    readonly before: { readonly receivedAt: string; readonly id: string } | null,
    readonly limit: number,
  ) {
    super();
  }
}

/** Throws `WebhookNotFound`. */
export class WebhookById extends Query<WebhookView> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(FindWebhooks)
export class FindWebhooksHandler implements IQueryHandler<FindWebhooks> {
  constructor(private readonly database: Database) {}

  async execute({ status, before, limit }: FindWebhooks): Promise<WebhookView[]> {
    const rows = await this.database.query<Row>(
      `${SELECT} WHERE ($1::text IS NULL OR status = $1)
         AND ($2::timestamptz IS NULL OR (received_at, id) < ($2, $3))
       ORDER BY received_at DESC, id DESC LIMIT $4`,
      [status ?? null, before?.receivedAt ?? null, before?.id ?? null, limit + 1],
    );
    return rows.map(viewOf);
  }
}

@QueryHandler(WebhookById)
export class WebhookByIdHandler implements IQueryHandler<WebhookById> {
  constructor(private readonly database: Database) {}

  async execute({ id }: WebhookById): Promise<WebhookView> {
    const [row] = await this.database.query<Row>(`${SELECT} WHERE id = $1`, [id]);
    if (row === undefined) throw new WebhookNotFound();
    return viewOf(row);
  }
}

function viewOf(row: Row): WebhookView {
  return { ...row, occurredAt: row.occurredAt.toISOString(), receivedAt: row.receivedAt.toISOString() };
}
