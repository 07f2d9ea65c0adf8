import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { CancellationRuns } from '../../domain/cancellation-runs.js';
import { ShowtimeComparison } from '../showtime-comparison.js';

/** Showtimes that are asked for with one query. */
const BATCH_SIZE = 200;

/** Compares what is known here of a batch of showtimes with what the showtimes context says. Returns whether the pass goes on. */
export class CompareShowtimes extends Command<boolean> {
  /** `passMs`: from the beginning of a pass to the next one, for any number of workers. */
  constructor(readonly options: { readonly passMs: number }) {
    super();
  }
}

@CommandHandler(CompareShowtimes)
export class CompareShowtimesHandler implements ICommandHandler<CompareShowtimes> {
  constructor(
    private readonly runs: CancellationRuns,
    private readonly comparison: ShowtimeComparison,
    private readonly clock: Clock,
  ) {}

  async execute({ options: { passMs } }: CompareShowtimes): Promise<boolean> {
    const showtimeIds = await this.runs.nextToCompare({ now: this.clock.now(), passMs, limit: BATCH_SIZE });
    if (showtimeIds.length > 0) await this.comparison.compare(showtimeIds);
    return showtimeIds.length === BATCH_SIZE;
  }
}
