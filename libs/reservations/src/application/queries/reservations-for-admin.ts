import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { keysetRows, type Page } from '@app/platform/persistence/keyset.js';
import { readBookingCode } from '../../domain/booking-code.js';
import type { ReservationStatus } from '../../domain/reservation-state.js';
import type { AdminReservationView } from './admin-reservation.view.js';
import { RESERVATION_COLUMNS, type ReservationRow } from './reservation.view.js';
import { type ReservationsOrder, sortOf } from './parts/reservations-order.js';
import { ReservationViews } from './parts/reservation-views.js';

interface ReservationsFilter {
  /** Any of these. */
  readonly showtimeId?: readonly string[] | undefined;
  readonly customerId?: readonly string[] | undefined;
  readonly status?: readonly ReservationStatus[] | undefined;
  readonly disputed?: boolean | undefined;
  readonly noShow?: boolean | undefined;
  readonly sort: ReservationsOrder;
  /** Booking codes as a person writes them. */
  readonly code?: readonly string[] | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** The reservations of all customers, in any order. Throws `InvalidCursor`. */
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
    const { showtimeId, customerId, status, disputed, noShow, code, sort, limit, cursor } = filter;
    const { rows, nextCursor } = await keysetRows<ReservationRow>(this.database, {
      select: `SELECT ${RESERVATION_COLUMNS} FROM reservations.reservations`,
      filters: [
        ['showtime_id = ANY (?)', showtimeId],
        ['customer_id = ANY (?)', customerId],
        ...isOrNot('disputed', disputed),
        ...isOrNot('no_show', noShow),
        ['code = ANY (?)', code?.map(readBookingCode)],
      ],
      anyOf: [['status', status]],
      ...sortOf(sort),
      limit,
      cursor,
    });
    return { data: await this.views.forAdmin(rows), page: { nextCursor } };
  }
}

/** As the partial indexes say it: a parameter would hide which of them may be used. */
function isOrNot(column: string, wanted: boolean | undefined): readonly (readonly [string])[] {
  return wanted === undefined ? [] : [[wanted ? column : `NOT ${column}`]];
}
