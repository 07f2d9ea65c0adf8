import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { ReservationNotFound } from '../../domain/errors.js';
import type { AdminReservationView } from './admin-reservation.view.js';
import { RESERVATION_COLUMNS, type ReservationRow } from './reservation.view.js';
import { ReservationViews } from './parts/reservation-views.js';

/** One reservation of any customer. Throws `ReservationNotFound`. */
export class ReservationForAdmin extends Query<AdminReservationView> {
  constructor(readonly reservationId: string) {
    super();
  }
}

@QueryHandler(ReservationForAdmin)
export class ReservationForAdminHandler implements IQueryHandler<ReservationForAdmin> {
  constructor(
    private readonly database: Database,
    private readonly views: ReservationViews,
  ) {}

  async execute({ reservationId }: ReservationForAdmin): Promise<AdminReservationView> {
    const select = `SELECT ${RESERVATION_COLUMNS} FROM reservations.reservations WHERE id = $1`;
    const [view] = await this.views.forAdmin(await this.database.query<ReservationRow>(select, [reservationId]));
    if (view === undefined) throw new ReservationNotFound();
    return view;
  }
}
