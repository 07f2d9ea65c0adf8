import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { keyset } from '@app/platform/persistence/keyset.js';
import type { StripeEventStatus } from '../../domain/stripe-event.js';
import { STRIPE_EVENT_COLUMNS, type StripeEventRow, type StripeEventsResponse, StripeEventView } from './stripe-event.view.js';

interface StripeEventFilter {
  /** Any of these. */
  readonly status?: readonly StripeEventStatus[] | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** The events that Stripe sent, newest first. Throws `InvalidCursor`. */
export class StripeEventsForAdmin extends Query<StripeEventsResponse> {
  constructor(readonly filter: StripeEventFilter) {
    super();
  }
}

@QueryHandler(StripeEventsForAdmin)
export class StripeEventsForAdminHandler implements IQueryHandler<StripeEventsForAdmin> {
  constructor(private readonly database: Database) {}

  execute({ filter: { status, limit, cursor } }: StripeEventsForAdmin): Promise<StripeEventsResponse> {
    return keyset<StripeEventRow, StripeEventView>(this.database, {
      select: `SELECT ${STRIPE_EVENT_COLUMNS} FROM payments.stripe_events`,
      filters: [],
      anyOf: [['status', status]],
      sort: [
        { column: 'received_at', property: 'receivedAt', type: 'timestamptz' },
        { column: 'id', property: 'id', type: 'text' },
      ],
      direction: 'desc',
      limit,
      cursor,
      view: (row) => StripeEventView.of(row),
    });
  }
}
