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
    const [column, id] = 'movieId' in of ? ['movie_id', of.movieId] : ['room_id', of.roomId];
    await this.locks.blockScheduling('movieId' in of ? of : { roomIds: [of.roomId] });
    const [row] = await this.database.query<{ ahead: number }>(
      `SELECT count(*)::int AS ahead FROM showtimes.showtimes WHERE ${column} = $1 AND status = 'scheduled' AND ends_at > $2`,
      [id, this.clock.now()],
    );
    return row!.ahead;
  }
}
