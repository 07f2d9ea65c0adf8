import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { keysetRows, type Page } from '@app/platform/persistence/keyset.js';
import { readBookingCode } from '../../domain/booking-code.js';
import type { ReservationStatus } from '../../domain/reservation-state.js';
import type { AdminReservationView } from './admin-reservation.view.js';
import { RESERVATION_COLUMNS, type ReservationRow } from './reservation.view.js';
import { ReservationViews } from './reservation-views.js';

interface ReservationsFilter {
  readonly showtimeId?: string | undefined;
  readonly customerId?: string | undefined;
  readonly status?: ReservationStatus | undefined;
  /** Booking code as a person writes it. */
  readonly code?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** The reservations of all customers, newest first. Throws `InvalidCursor`. */
export class ReservationsForAdmin extends Query<Page<AdminReservationView>> {
  constructor(readonly filter: ReservationsFilter) {
    super();
  }
}

@QueryHandler(ReservationsForAdmin)
export class ReservationsForAdminHandler implements IQueryHandler<ReservationsForAdmin> {
  constructor(
    private readonly database: Database,
    private readonly views: ReservationViews,
  ) {}

  async execute({ filter }: ReservationsForAdmin): Promise<Page<AdminReservationView>> {
    const { showtimeId, customerId, status, code, limit, cursor } = filter;
    const { rows, nextCursor } = await keysetRows<ReservationRow>(this.database, {
      select: `SELECT ${RESERVATION_COLUMNS} FROM reservations.reservations`,
      filters: [
        ['showtime_id = ?', showtimeId],
        ['customer_id = ?', customerId],
        ['status = ?', status],
        ['code = ?', code === undefined ? undefined : readBookingCode(code)],
      ],
      sort: [{ column: 'id', property: 'id', type: 'uuid' }],
      direction: 'desc',
      limit,
      cursor,
    });
    return { data: await this.views.forAdmin(rows), page: { nextCursor } };
  }
}
