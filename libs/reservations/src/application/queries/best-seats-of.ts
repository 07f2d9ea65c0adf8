import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { bestSeats, mostTogether } from '../../domain/best-seats.js';
import { NoSeatsTogether } from '../../domain/errors.js';
import { bestRow, type RoomAvailability, type SeatsWanted } from '../../domain/seat-groups.js';
import { Seatings } from '../../domain/seatings.js';
import { reasonsOf } from './parts/best-seats-reasons.js';
import type { BestSeatsView } from './best-seats.view.js';
import { ClaimedSeats } from './parts/claimed-seats.js';

/** The best free seats for a group at this moment. Holds nothing. Throws `ShowtimeNotFound`, `NoSeatsTogether` and what `assertOnSale` throws. */
export class BestSeatsOf extends Query<BestSeatsView> {
  constructor(
    readonly showtimeId: string,
    readonly wanted: SeatsWanted,
  ) {
    super();
  }
}

@QueryHandler(BestSeatsOf)
export class BestSeatsOfHandler implements IQueryHandler<BestSeatsOf> {
  constructor(
    private readonly seatings: Seatings,
    private readonly claimed: ClaimedSeats,
    private readonly clock: Clock,
  ) {}

  async execute({ showtimeId, wanted }: BestSeatsOf): Promise<BestSeatsView> {
    const [seating, claimed] = await Promise.all([this.seatings.of(showtimeId), this.claimed.of(showtimeId, null)]);
    seating.assertOnSale(this.clock.now());
    const room: RoomAvailability = { seats: seating.seats, grid: seating.grid, taken: new Set(claimed.keys()) };
    const groups = bestSeats(room, wanted);
    if (groups === null) {
      const seatsLeft = seating.seats.filter(({ label }) => !claimed.has(label)).length;
      throw new NoSeatsTogether({ requested: wanted.count, mostTogether: mostTogether(room, wanted), seatsLeft });
    }
    const flags = new Map(seating.seats.map(({ label, accessible, companion }) => [label, { accessible, companion }]));
    const seats = seating.priceSeats(groups.flatMap((group) => group.seats.map(({ label }) => label)));
    const reasons = reasonsOf(groups, { room, wanted });
    return {
      showtimeId,
      together: groups.length === 1,
      groups: groups.map(({ row, seats: side }) => ({ row, seats: side.map(({ label }) => label) })),
      seats: seats.map((seat) => ({ ...seat, ...flags.get(seat.label)! })),
      total: { amount: seats.reduce((sum, { price }) => sum + price.amount, 0), currency: seating.showtime.currency },
      bestRow: bestRow(room),
      reasons,
      explanation: reasons.map(({ message }) => message).join(' '),
    };
  }
}
