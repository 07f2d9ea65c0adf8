import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { EverScheduledIn } from '@app/contracts/showtimes.js';
import { Database } from '@app/platform/persistence/database.js';
import { SchedulingLocks } from '../../domain/scheduling-locks.js';

@QueryHandler(EverScheduledIn)
export class EverScheduledInHandler implements IQueryHandler<EverScheduledIn> {
  constructor(
    private readonly locks: SchedulingLocks,
    private readonly database: Database,
  ) {}

  async execute({ theatreId, roomIds }: EverScheduledIn): Promise<boolean> {
    await this.locks.blockScheduling({ roomIds });
    const [row] = await this.database.query<{ ever: boolean }>(
      // The second: a process of the version before, which may run beside this one, has written no row.
      `SELECT EXISTS (SELECT FROM showtimes.scheduled_theatres WHERE theatre_id = $1)
         OR EXISTS (SELECT FROM showtimes.showtimes WHERE theatre_id = $1) AS ever`,
      [theatreId],
    );
    return row!.ever;
  }
}
