import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { bestRow, bestSeats, mostTogether, type RoomAvailability, type SeatGroup, type SeatsWanted } from '../../domain/best-seats.js';
import { NoSeatsTogether } from '../../domain/errors.js';
import { Seatings } from '../../domain/seatings.js';
import type { BestSeatsReasonView, BestSeatsView } from './best-seats.view.js';
import { ClaimedSeats } from './claimed-seats.js';

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
    const reasons = reasonsOf(groups, { wanted, best: bestRow(room) });
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

function reasonsOf(groups: readonly SeatGroup[], { wanted, best }: { wanted: SeatsWanted; best: string }): BestSeatsReasonView[] {
  const reasons: BestSeatsReasonView[] = [];
  const [first, second] = groups;
  if (second === undefined) reasons.push({ code: 'together', message: `The seats are side by side in row ${first!.row}.` });
  else reasons.push({ code: 'two-groups', message: `No row has ${wanted.count} free seats side by side, so the group is divided in two.` });

  const singles = groups.reduce((sum, { singlesLeft }) => sum + singlesLeft, 0);
  if (singles === 0) reasons.push({ code: 'no-single-seat-left', message: 'They leave no single seat beside them.' });
  else reasons.push({ code: 'single-seat-left', message: 'Every free group of this size leaves a single seat beside it.' });

  const seatsAway = first!.distance / 2;
  const near = seatsAway === 0 ? 'They are in the middle of it.' : `Of the groups left they are nearest to its middle.`;
  reasons.push({ code: 'nearest-to-middle', message: `Row ${best} has the best view. ${near}`, seatsAway });

  if (wanted.accessible) reasons.push({ code: 'accessible', message: 'An accessible seat is among them.' });
  else if (groups.some(({ keptSeatsUsed }) => keptSeatsUsed > 0))
    reasons.push({ code: 'kept-seats-used', message: 'Only seats that are kept for wheelchairs and companions were left.' });
  return reasons;
}
