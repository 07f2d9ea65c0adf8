import { ShowtimeChanged } from '@app/contracts/showtimes.js';
import type { EventContext } from '@app/kernel/domain-event.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { ReportFacts } from '../../domain/report-facts.js';

@Subscribe(ShowtimeChanged, { queue: 'reports.count-capacity-when-showtime-changed' })
export class CountCapacityWhenShowtimeChanged implements Reaction<ShowtimeChanged> {
  constructor(private readonly facts: ReportFacts) {}

  handle(
    { data: { showtimeId, movieId, theatreId, roomId, seats, startsAt } }: ShowtimeChanged,
    { sequence }: EventContext,
  ): Promise<void> {
    return this.facts.saveShowtime({ showtimeId, movieId, theatreId, roomId, capacity: seats, startsAt, sequence });
  }
}
