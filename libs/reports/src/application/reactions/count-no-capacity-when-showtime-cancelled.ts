import { ShowtimeCancelled } from '@app/contracts/showtimes.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { ReportFacts } from '../../domain/report-facts.js';

@Subscribe(ShowtimeCancelled, { queue: 'reports.count-no-capacity-when-showtime-cancelled' })
export class CountNoCapacityWhenShowtimeCancelled implements Reaction<ShowtimeCancelled> {
  constructor(private readonly facts: ReportFacts) {}

  handle({ data: { showtimeId } }: ShowtimeCancelled): Promise<void> {
    return this.facts.markShowtimeCancelled(showtimeId);
  }
}
