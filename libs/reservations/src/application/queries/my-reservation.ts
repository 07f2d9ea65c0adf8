import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { ReservationNotFound } from '../../domain/errors.js';
import { RESERVATION_COLUMNS, type ReservationRow, type ReservationView } from './reservation.view.js';
import { ReservationViews } from './parts/reservation-views.js';

/** One reservation of a customer, in any status. Throws `ReservationNotFound`. */
export class MyReservation extends Query<ReservationView> {
  constructor(
    readonly customerId: string,
    readonly reservationId: string,
  ) {
    super();
  }
}

@QueryHandler(MyReservation)
export class MyReservationHandler implements IQueryHandler<MyReservation> {
  constructor(
    private readonly database: Database,
    private readonly views: ReservationViews,
  ) {}

  async execute({ customerId, reservationId }: MyReservation): Promise<ReservationView> {
    const rows = await this.database.byKeys<ReservationRow>(
      `SELECT ${RESERVATION_COLUMNS} FROM reservations.reservations WHERE id = ANY ($1::uuid[])`,
      [reservationId],
      'id',
    );
    const [view] = await this.views.of(rows.filter((row) => row.customerId === customerId));
    if (view === undefined) throw new ReservationNotFound();
    return view;
  }
}
