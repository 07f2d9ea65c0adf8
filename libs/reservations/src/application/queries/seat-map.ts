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
    const prices = new Map(
      Object.entries(showtime.prices).map(([category, amount]) => [category, { amount, currency: showtime.currency }]),
    );
    // Property by property: a plan has hundreds of seats, and a copy of each took longer than the rest of the map.
    for (const { row, label, number, column, category, accessible, companion } of seats) {
      const claim = claimed.get(label);
      const inRow = rows.get(row) ?? { row, line: grid.lines[row]!, seats: [] };
      rows.set(row, inRow);
      const price = prices.get(category) ?? null;
      const status = claim === undefined ? 'available' : claim.held ? 'held' : 'sold';
      inRow.seats.push({ label, number, column, category, accessible, companion, price, status, ...(claim?.mine && { mine: true }) });
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
