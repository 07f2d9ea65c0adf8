import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { AuditTrail } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { Database } from '@app/platform/persistence/database.js';
import { Showtimes } from '../../domain/showtimes.js';
import { ShowtimeDetail } from '../queries/showtime-detail.js';
import type { ShowtimeListing } from '../queries/showtime-view.js';

export class CancelShowtime extends Command<ShowtimeListing> {
  constructor(
    readonly adminId: string,
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
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
    private readonly queries: QueryBus,
    private readonly database: Database,
  ) {}

  async execute({ adminId, showtimeId, reason }: CancelShowtime): Promise<ShowtimeListing> {
    await this.database.transaction(async () => {
      const cancelled = await this.showtimes.change(showtimeId, (showtime) => {
        showtime.cancel(reason, this.clock.now());
        return showtime.hasChanged;
      });
      if (cancelled)
        await this.audit.record({ actor: adminId, action: 'showtimes.cancel-showtime', subject: showtimeId, details: { reason } });
    });
    return this.queries.execute(new ShowtimeDetail(showtimeId));
  }
}
