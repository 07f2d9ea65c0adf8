import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { WebhookNotFound } from '../../domain/errors.js';
import { STRIPE_EVENT_COLUMNS, type StripeEventRow, StripeEventView } from './stripe-event.view.js';

/** Throws `WebhookNotFound`. */
export class StripeEventForAdmin extends Query<StripeEventView> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(StripeEventForAdmin)
export class StripeEventForAdminHandler implements IQueryHandler<StripeEventForAdmin> {
  constructor(private readonly database: Database) {}

  async execute({ id }: StripeEventForAdmin): Promise<StripeEventView> {
    const sql = `SELECT ${STRIPE_EVENT_COLUMNS} FROM payments.stripe_events WHERE id = $1`;
    const [row] = await this.database.query<StripeEventRow>(sql, [id]);
    if (row === undefined) throw new WebhookNotFound();
    return StripeEventView.of(row);
  }
}
