import { ShowtimeScheduled } from '@app/contracts/showtimes.js';
import type { EventContext } from '@app/kernel/domain-event.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { ReportFacts } from '../../domain/report-facts.js';

@Subscribe(ShowtimeScheduled, { queue: 'reports.count-capacity-when-showtime-scheduled' })
export class CountCapacityWhenShowtimeScheduled implements Reaction<ShowtimeScheduled> {
  constructor(private readonly facts: ReportFacts) {}

  handle(
    { data: { showtimeId, movieId, theatreId, roomId, seats, startsAt } }: ShowtimeScheduled,
    { sequence }: EventContext,
  ): Promise<void> {
    return this.facts.saveShowtime({ showtimeId, movieId, theatreId, roomId, capacity: seats, startsAt, sequence });
  }
}
