import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Seatings } from '../../domain/seatings.js';
import { ClaimedSeats } from './parts/claimed-seats.js';
import { seatMapJson } from './parts/seat-map-json.js';

/** Every seat of a showtime with its price and whether it is taken: a `SeatMapView` as JSON. Throws `ShowtimeNotFound`. */
export class SeatMap extends Query<string> {
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

  async execute({ showtimeId, customerId }: SeatMap): Promise<string> {
    const [seating, claimed] = await Promise.all([this.seatings.of(showtimeId), this.claimed.of(showtimeId, customerId)]);
    return seatMapJson(seating, claimed);
  }
}
