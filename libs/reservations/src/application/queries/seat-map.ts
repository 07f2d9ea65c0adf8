import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { Seatings } from '../../domain/seatings.js';
import type { SeatMapView, SeatOnMapView } from './seat-map.view.js';

/** Every seat of a showtime with its price and whether it is taken. Throws `ShowtimeNotFound`. */
export class SeatMap extends Query<SeatMapView> {
  /** `customerId`: whose seats are marked as `mine`; null for a visitor. */
  constructor(
    readonly showtimeId: string,
    readonly customerId: string | null,
  ) {
    super();
  }
}

interface Claim {
  readonly seat: string;
  readonly held: boolean;
  readonly mine: boolean;
}

@QueryHandler(SeatMap)
export class SeatMapHandler implements IQueryHandler<SeatMap> {
  constructor(
    private readonly seatings: Seatings,
    private readonly database: Database,
  ) {}

  async execute({ showtimeId, customerId }: SeatMap): Promise<SeatMapView> {
    const [{ showtime, seats }, claims] = await Promise.all([this.seatings.of(showtimeId), this.claims(showtimeId, customerId)]);
    const claimBySeat = new Map(claims.map((claim) => [claim.seat, claim]));
    const rows = new Map<string, SeatOnMapView[]>();
    for (const { row, ...seat } of seats) {
      const claim = claimBySeat.get(seat.label);
      const price = showtime.prices[seat.category];
      const onMap: SeatOnMapView = {
        ...seat,
        price: price === undefined ? null : { amount: price, currency: showtime.currency },
        status: claim === undefined ? 'available' : claim.held ? 'held' : 'sold',
        ...(claim?.mine ? { mine: true } : {}),
      };
      const inRow = rows.get(row);
      if (inRow === undefined) rows.set(row, [onMap]);
      else inRow.push(onMap);
    }
    return { showtimeId, rows: Array.from(rows, ([row, inRow]) => ({ row, seats: inRow })) };
  }

  private async claims(showtimeId: string, customerId: string | null): Promise<Claim[]> {
    return this.database.prepared<Claim>(
      `SELECT c.seat, r.status = 'held' AS held, coalesce(r.customer_id = $2, false) AS mine
       FROM reservations.seat_claims c JOIN reservations.reservations r ON r.id = c.reservation_id WHERE c.showtime_id = $1`,
      [showtimeId, customerId],
    );
  }
}
