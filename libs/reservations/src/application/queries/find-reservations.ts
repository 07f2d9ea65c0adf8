import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { readBookingCode } from '../../domain/booking-code.js';
import { ReservationNotFound } from '../../domain/errors.js';
import type { ReservationStatus } from '../../domain/reservation-state.js';
import { RESERVATION_COLUMNS, type ReservationRow, type ReservationView } from './reservation-view.js';
import { ViewsOfReservations } from './views-of-reservations.js';

/** A reservation as an admin sees it. */
export interface AdminReservationView extends ReservationView {
  readonly customerId: string;
}

export interface ReservationsFilter {
  readonly showtimeId?: string | undefined;
  readonly customerId?: string | undefined;
  readonly status?: ReservationStatus | undefined;
  /** As somebody read it aloud. */
  readonly code?: string | undefined;
  /** Only reservations made before this one. */
  readonly before: string | null;
  readonly limit: number;
}

/** Anybody's reservations, newest first: one more than `limit` when there are more. */
export class FindReservations extends Query<AdminReservationView[]> {
  constructor(readonly filter: ReservationsFilter) {
    super();
  }
}

/** Anybody's reservation. Throws `ReservationNotFound`. */
export class ReservationForAdmin extends Query<AdminReservationView> {
  constructor(readonly reservationId: string) {
    super();
  }
}

@QueryHandler(FindReservations)
export class FindReservationsHandler implements IQueryHandler<FindReservations> {
  constructor(
    private readonly database: Database,
    private readonly views: ViewsOfReservations,
  ) {}

  async execute({ filter }: FindReservations): Promise<AdminReservationView[]> {
    const conditions = ['true'];
    const parameters: unknown[] = [filter.limit + 1];
    const where = (condition: string, value: string | null | undefined): void => {
      if (value === null || value === undefined) return;
      parameters.push(value);
      conditions.push(`${condition} $${parameters.length}`);
    };
    where('id <', filter.before);
    where('showtime_id =', filter.showtimeId);
    where('customer_id =', filter.customerId);
    where('status =', filter.status);
    where('code =', filter.code === undefined ? undefined : readBookingCode(filter.code));
    const rows = await this.database.query<ReservationRow>(
      `SELECT ${RESERVATION_COLUMNS} FROM reservations.reservations WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT $1`,
      parameters,
    );
    return withCustomers(rows, await this.views.of(rows));
  }
}

@QueryHandler(ReservationForAdmin)
export class ReservationForAdminHandler implements IQueryHandler<ReservationForAdmin> {
  constructor(
    private readonly database: Database,
    private readonly views: ViewsOfReservations,
  ) {}

  async execute({ reservationId }: ReservationForAdmin): Promise<AdminReservationView> {
    const rows = await this.database.query<ReservationRow>(`SELECT ${RESERVATION_COLUMNS} FROM reservations.reservations WHERE id = $1`, [
      reservationId,
    ]);
    const [view] = withCustomers(rows, await this.views.of(rows));
    if (view === undefined) throw new ReservationNotFound();
    return view;
  }
}

function withCustomers(rows: readonly ReservationRow[], views: readonly ReservationView[]): AdminReservationView[] {
  return views.map((view, i) => ({ ...view, customerId: rows[i]!.customerId }));
}
