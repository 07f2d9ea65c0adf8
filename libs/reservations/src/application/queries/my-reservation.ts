import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { ReservationNotFound } from '../../domain/errors.js';
import { RESERVATION_COLUMNS, type ReservationRow, type ReservationView } from './reservation.view.js';
import { ReservationViews } from './parts/reservation-views.js';

const OWNER_KEY = `customer_id || ' ' || id`;

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
    const rows = await this.database.byKeys<ReservationRow & { readonly ownerKey: string }>(
      // By its index of ids, also where PostgreSQL knows little of the table.
      `SELECT ${RESERVATION_COLUMNS}, ${OWNER_KEY} AS owner_key FROM reservations.reservations
       WHERE id = ANY (ARRAY(SELECT split_part(asked, ' ', 2)::uuid FROM unnest($1::text[]) AS asked)) AND ${OWNER_KEY} = ANY ($1::text[])`,
      [`${customerId} ${reservationId}`],
      'ownerKey',
    );
    const [view] = await this.views.of(rows);
    if (view === undefined) throw new ReservationNotFound();
    return view;
  }
}
