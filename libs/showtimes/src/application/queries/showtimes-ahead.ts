import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { ShowtimesAhead } from '@app/contracts/showtimes.js';
import { Clock } from '@app/kernel/clock.js';
import { Database } from '@app/platform/persistence/database.js';
import { SchedulingLocks } from '../../domain/scheduling-locks.js';

@QueryHandler(ShowtimesAhead)
export class ShowtimesAheadHandler implements IQueryHandler<ShowtimesAhead> {
  constructor(
    private readonly locks: SchedulingLocks,
    private readonly clock: Clock,
    private readonly database: Database,
  ) {}

  async execute({ of }: ShowtimesAhead): Promise<number> {
    const [condition, id] =
      'movieId' in of ? ['movie_id = $1 AND starts_at > $2', of.movieId] : ['room_id = $1 AND ends_at > $2', of.roomId];
    await this.locks.blockScheduling('movieId' in of ? of : { roomIds: [of.roomId] });
    const [row] = await this.database.query<{ ahead: number }>(
      `SELECT count(*)::int AS ahead FROM showtimes.showtimes WHERE status = 'scheduled' AND ${condition}`,
      [id, this.clock.now()],
    );
    return row!.ahead;
  }
}
