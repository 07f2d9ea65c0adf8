import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { Database } from '@app/platform/persistence/database.js';
import { keysetRows, type Page, preparedStatements } from '@app/platform/persistence/keyset.js';
import type { ReservationStatus } from '../../domain/reservation-state.js';
import { RESERVATION_COLUMNS, type ReservationRow, type ReservationView } from './reservation.view.js';
import { type ReservationsOrder, sortOf } from './reservations-order.js';
import { ReservationViews } from './reservation-views.js';

interface MyReservationsFilter {
  /** Any of these. */
  readonly status?: readonly ReservationStatus[] | undefined;
  readonly showtimeId?: readonly string[] | undefined;
  readonly sort: ReservationsOrder;
  /** Whether the showtime is ahead or has started. */
  readonly when?: 'upcoming' | 'past' | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** The reservations of a customer, in any order. Throws `InvalidCursor`. */
export class MyReservations extends Query<Page<ReservationView>> {
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
    private readonly views: ReservationViews,
    private readonly clock: Clock,
  ) {}

  async execute({ customerId, filter: { status, showtimeId, when, sort, limit, cursor } }: MyReservations): Promise<Page<ReservationView>> {
    const now = this.clock.now();
    // Prepared is what apps open with. With filters there are hundreds of texts, and a connection would keep a plan of each.
    const isFiltered = status !== undefined || showtimeId !== undefined || when !== undefined;
    const { rows, nextCursor } = await keysetRows<ReservationRow>(isFiltered ? this.database : preparedStatements(this.database), {
      select: `SELECT ${RESERVATION_COLUMNS} FROM reservations.reservations`,
      filters: [
        ['customer_id = ?', customerId],
        ['showtime_id = ANY (?)', showtimeId],
        ['starts_at > ?', when === 'upcoming' ? now : undefined],
        ['starts_at <= ?', when === 'past' ? now : undefined],
      ],
      anyOf: [['status', status]],
      ...sortOf(sort),
      limit,
      cursor,
    });
    return { data: await this.views.of(rows), page: { nextCursor } };
  }
}
