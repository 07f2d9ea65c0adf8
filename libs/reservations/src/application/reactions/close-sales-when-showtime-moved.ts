import { ShowtimeChanged } from '@app/contracts/showtimes.js';
import { Clock } from '@app/kernel/clock.js';
import type { EventContext } from '@app/kernel/domain-event.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { CancellationRuns } from '../../domain/cancellation-runs.js';
import { MOVED } from '../showtime-comparison.js';

@Subscribe(ShowtimeChanged, { queue: 'reservations.close-sales-when-showtime-moved', alone: true })
export class CloseSalesWhenShowtimeMoved implements Reaction<ShowtimeChanged> {
  constructor(
    private readonly runs: CancellationRuns,
    private readonly clock: Clock,
  ) {}

  async handle({ data }: ShowtimeChanged, { time }: Pick<EventContext, 'time'>): Promise<void> {
    if (!data.moved) return;
    const { showtimeId, showtimeVersion } = data;
    // An event of an earlier release does not tell when it was moved.
    const movedAt = typeof data.movedAt === 'string' ? new Date(data.movedAt) : time;
    await this.runs.begin({ showtimeId, showtimeVersion, kind: 'moved', movedAt, reason: MOVED }, this.clock.now());
  }
}
