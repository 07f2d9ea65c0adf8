import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { MoviesPlayingOn } from '@app/contracts/showtimes.js';
import { Database } from '@app/platform/persistence/database.js';
import { onDay } from './parts/day-in-theatres.js';

@QueryHandler(MoviesPlayingOn)
export class MoviesPlayingOnHandler implements IQueryHandler<MoviesPlayingOn> {
  constructor(private readonly database: Database) {}

  async execute({ when }: MoviesPlayingOn): Promise<string[]> {
    const { conditions, parameters } = onDay(when);
    const rows = await this.database.prepared<{ movieId: string }>(
      `SELECT DISTINCT movie_id FROM showtimes.showtimes WHERE ${conditions}`,
      parameters,
    );
    return rows.map(({ movieId }) => movieId);
  }
}
