import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { MAX_SEATS } from '../../domain/hold-limits.js';
import { Seatings } from '../../domain/seatings.js';
import { ClaimedSeats } from './parts/claimed-seats.js';
import type { SeatMapView, SeatMapRowView } from './seat-map.view.js';

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

@QueryHandler(SeatMap)
export class SeatMapHandler implements IQueryHandler<SeatMap> {
  constructor(
    private readonly seatings: Seatings,
    private readonly claimed: ClaimedSeats,
  ) {}

  async execute({ showtimeId, customerId }: SeatMap): Promise<SeatMapView> {
    const [{ showtime, seats, grid }, claimed] = await Promise.all([this.seatings.of(showtimeId), this.claimed.of(showtimeId, customerId)]);
    const rows = new Map<string, SeatMapRowView>();
    for (const { row, ...seat } of seats) {
      const claim = claimed.get(seat.label);
      const price = showtime.prices[seat.category];
      const inRow = rows.get(row) ?? { row, line: grid.lines[row]!, seats: [] };
      rows.set(row, inRow);
      inRow.seats.push({
        ...seat,
        price: price === undefined ? null : { amount: price, currency: showtime.currency },
        status: claim === undefined ? 'available' : claim.held ? 'held' : 'sold',
        ...(claim?.mine ? { mine: true } : {}),
      });
    }
    return {
      showtimeId,
      status: showtime.status,
      salesOpenAt: showtime.salesOpenAt,
      grid: { rows: grid.rows, columns: grid.columns, screen: 'top' },
      limits: { seatsPerReservation: MAX_SEATS },
      rows: [...rows.values()],
    };
  }
}
