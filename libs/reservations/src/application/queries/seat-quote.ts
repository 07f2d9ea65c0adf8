import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { DomainError } from '@app/kernel/domain-error.js';
import { NoSuchSeat, SeatsTaken, TooManySeats } from '../../domain/errors.js';
import { MAX_SEATS } from '../../domain/hold-limits.js';
import type { Seating } from '../../domain/seating.js';
import { Seatings } from '../../domain/seatings.js';
import { type ClaimedSeat, ClaimedSeats } from './parts/claimed-seats.js';
import type { QuoteRefusalView, SeatQuoteView } from './seat-quote.view.js';

/** What these seats cost, and why they could not be held at this moment. Holds nothing. Throws `ShowtimeNotFound`. */
export class SeatQuote extends Query<SeatQuoteView> {
  constructor(
    readonly showtimeId: string,
    readonly seats: readonly string[],
  ) {
    super();
  }
}

@QueryHandler(SeatQuote)
export class SeatQuoteHandler implements IQueryHandler<SeatQuote> {
  constructor(
    private readonly seatings: Seatings,
    private readonly claimed: ClaimedSeats,
    private readonly clock: Clock,
  ) {}

  async execute({ showtimeId, seats: labels }: SeatQuote): Promise<SeatQuoteView> {
    const [seating, claimed] = await Promise.all([this.seatings.of(showtimeId), this.claimed.of(showtimeId, null)]);
    const priced = seating.priceSeats(labels.filter((label) => seating.seatAt(label) !== undefined));
    const seats = priced.map((seat) => {
      const { accessible, companion } = seating.seatAt(seat.label)!;
      return { ...seat, accessible, companion, available: !claimed.has(seat.label) };
    });
    const amount = priced.reduce((sum, { price }) => sum + price.amount, 0);
    const refusals = this.refusalsOf(labels, { seating, claimed });
    return { showtimeId, seats, total: { amount, currency: seating.showtime.currency }, canBeHeld: refusals.length === 0, refusals };
  }

  /** What a hold by any customer would be refused with: the limits of one customer are not looked at. */
  private refusalsOf(
    labels: readonly string[],
    { seating, claimed }: { seating: Seating; claimed: ReadonlyMap<string, ClaimedSeat> },
  ): QuoteRefusalView[] {
    const taken = labels.filter((label) => claimed.has(label));
    return [
      refusalOf(() => seating.assertOnSale(this.clock.now())),
      refusalOf(() => seating.priceSeats(labels)),
      labels.length > MAX_SEATS ? viewOf(new TooManySeats(MAX_SEATS)) : null,
      taken.length > 0 ? viewOf(new SeatsTaken({ labels: taken, blockedByExpiredHold: false })) : null,
    ].filter((refusal) => refusal !== null);
  }
}

function refusalOf(check: () => unknown): QuoteRefusalView | null {
  try {
    check();
    return null;
  } catch (error) {
    if (error instanceof DomainError) return viewOf(error);
    throw error;
  }
}

function viewOf(error: DomainError): QuoteRefusalView {
  const { unknownSeats, conflictingSeats } = error.details as Partial<Record<string, string[]>>;
  const seats = error instanceof NoSuchSeat ? unknownSeats : conflictingSeats;
  return { code: error.code, message: error.message, seats: seats ?? [] };
}
