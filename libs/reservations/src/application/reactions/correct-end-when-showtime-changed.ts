import { ShowtimeChanged, ShowtimesByIds } from '@app/contracts/showtimes.js';
import { QueryBus } from '@nestjs/cqrs';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { Reservations } from '../../domain/reservations.js';

/** A longer movie ends later, and its reservations are completed later. */
@Subscribe(ShowtimeChanged, { queue: 'reservations.correct-end-when-showtime-changed', alone: true })
export class CorrectEndWhenShowtimeChanged implements Reaction<ShowtimeChanged> {
  constructor(
    private readonly reservations: Reservations,
    private readonly queries: QueryBus,
  ) {}

  /** Asks for the end as it is now: an older event may come later. */
  async handle({ data: { showtimeId } }: ShowtimeChanged): Promise<void> {
    const [showtime] = await this.queries.execute(new ShowtimesByIds([showtimeId]));
    if (showtime !== undefined) await this.reservations.correctEnd({ showtimeId, endsAt: new Date(showtime.endsAt) });
  }
}
