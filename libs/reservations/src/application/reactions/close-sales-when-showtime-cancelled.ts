import { ShowtimeCancelled } from '@app/contracts/showtimes.js';
import { Clock } from '@app/kernel/clock.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { CancellationRuns } from '../../domain/cancellation-runs.js';

@Subscribe(ShowtimeCancelled, { queue: 'reservations.close-sales-when-showtime-cancelled', alone: true })
export class CloseSalesWhenShowtimeCancelled implements Reaction<ShowtimeCancelled> {
  constructor(
    private readonly runs: CancellationRuns,
    private readonly clock: Clock,
  ) {}

  async handle({ data: { showtimeId, showtimeVersion, reason } }: ShowtimeCancelled): Promise<void> {
    await this.runs.begin({ showtimeId, showtimeVersion, kind: 'cancelled', movedAt: null, reason }, this.clock.now());
  }
}
