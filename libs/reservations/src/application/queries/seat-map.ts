import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Seat } from '@app/contracts/rooms.js';
import type { MoneyJson } from '@app/kernel/money.js';
import { Database } from '@app/platform/persistence/database.js';
import { Seatings } from '../../domain/seatings.js';

export interface SeatOnMap extends Omit<Seat, 'row'> {
  readonly price: MoneyJson | null;
  readonly status: 'available' | 'held' | 'sold';
  /** Only for a signed-in customer, only on the customer's own seats. */
  readonly mine?: true;
}

export interface SeatMapView {
  readonly showtimeId: string;
  readonly rows: { readonly row: string; readonly seats: SeatOnMap[] }[];
}

/** Every seat of a showtime with its price and whether it can be had. Throws `ShowtimeNotFound`. */
export class SeatMap extends Query<SeatMapView> {
  constructor(
    readonly showtimeId: string,
    readonly customerId: string | null,
  ) {
    super();
  }
}

interface Claim {
  seat: string;
  held: boolean;
  mine: boolean;
}

@QueryHandler(SeatMap)
export class SeatMapHandler implements IQueryHandler<SeatMap> {
  constructor(
    private readonly seatings: Seatings,
    private readonly database: Database,
  ) {}

  async execute({ showtimeId, customerId }: SeatMap): Promise<SeatMapView> {
    const [{ showtime, seats }, claims] = await Promise.all([this.seatings.of(showtimeId), this.claims(showtimeId, customerId)]);
    const claimOf = new Map(claims.map((claim) => [claim.seat, claim]));
    const rows = new Map<string, SeatOnMap[]>();
    for (const { row, ...seat } of seats) {
      const claim = claimOf.get(seat.label);
      const price = showtime.prices[seat.category];
      const onMap: SeatOnMap = {
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
