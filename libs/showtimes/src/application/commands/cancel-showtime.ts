import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { Showtimes } from '../../domain/showtimes.js';
import { ShowtimeDetail } from '../queries/showtime-detail.js';
import type { ShowtimeListing } from '../queries/showtime-view.js';

export class CancelShowtime extends Command<ShowtimeListing> {
  constructor(
    readonly showtimeId: string,
    readonly reason: string | null,
  ) {
    super();
  }
}

@CommandHandler(CancelShowtime)
export class CancelShowtimeHandler implements ICommandHandler<CancelShowtime> {
  constructor(
    private readonly showtimes: Showtimes,
    private readonly clock: Clock,
    private readonly queries: QueryBus,
  ) {}

  async execute({ showtimeId, reason }: CancelShowtime): Promise<ShowtimeListing> {
    await this.showtimes.change(showtimeId, (showtime) => showtime.cancel(reason, this.clock.now()));
    return this.queries.execute(new ShowtimeDetail(showtimeId));
  }
}
