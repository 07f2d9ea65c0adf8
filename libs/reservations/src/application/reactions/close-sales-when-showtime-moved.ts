import { ShowtimeChanged } from '@app/contracts/showtimes.js';
import { Clock } from '@app/kernel/clock.js';
import { Subscribe } from '@app/platform/messaging/subscribe.js';
import { CancellationRuns } from '../../domain/cancellation-runs.js';

@Subscribe(ShowtimeChanged, { queue: 'reservations.close-sales-when-showtime-moved' })
export class CloseSalesWhenShowtimeMoved {
  constructor(
    private readonly runs: CancellationRuns,
    private readonly clock: Clock,
  ) {}

  async handle({ data: { showtimeId, showtimeVersion, moved } }: ShowtimeChanged): Promise<void> {
    if (!moved) return;
    await this.runs.begin({ showtimeId, showtimeVersion, kind: 'moved', reason: 'The showtime was moved.' }, this.clock.now());
  }
}
