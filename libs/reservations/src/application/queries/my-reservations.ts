import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { Database } from '@app/platform/persistence/database.js';
import type { ReservationStatus } from '../../domain/reservation-state.js';
import { RESERVATION_COLUMNS, type ReservationRow, type ReservationView } from './reservation-view.js';
import { ViewsOfReservations } from './views-of-reservations.js';

export interface MyReservationsFilter {
  readonly status?: ReservationStatus;
  /** By the start of the show. */
  readonly when?: 'upcoming' | 'past';
  /** Only reservations made before this one. */
  readonly before: string | null;
  readonly limit: number;
}

/** A customer's reservations, newest first: one more than `limit` when there are more. */
export class MyReservations extends Query<ReservationView[]> {
  constructor(
    readonly customerId: string,
    readonly filter: MyReservationsFilter,
  ) {
    super();
  }
}

@QueryHandler(MyReservations)
export class MyReservationsHandler implements IQueryHandler<MyReservations> {
  constructor(
    private readonly database: Database,
    private readonly views: ViewsOfReservations,
    private readonly clock: Clock,
  ) {}

  async execute({ customerId, filter }: MyReservations): Promise<ReservationView[]> {
    const conditions = ['customer_id = $1'];
    const parameters: unknown[] = [customerId, filter.limit + 1];
    const where = (condition: string, value: unknown): void => {
      parameters.push(value);
      conditions.push(condition.replace('?', `$${parameters.length}`));
    };
    if (filter.before !== null) where('id < ?', filter.before);
    if (filter.status !== undefined) where('status = ?', filter.status);
    if (filter.when !== undefined) where(filter.when === 'upcoming' ? 'starts_at > ?' : 'starts_at <= ?', this.clock.now());
    const rows = await this.database.query<ReservationRow>(
      `SELECT ${RESERVATION_COLUMNS} FROM reservations.reservations WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT $2`,
      parameters,
    );
    return this.views.of(rows);
  }
}
