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

  async execute({ roomIds }: EverScheduledIn): Promise<boolean> {
    await this.locks.blockScheduling({ roomIds });
    const [row] = await this.database.query<{ ever: boolean }>(
      'SELECT EXISTS (SELECT 1 FROM showtimes.showtimes WHERE room_id = ANY ($1::uuid[])) AS ever',
      [roomIds],
    );
    return row!.ever;
  }
}
