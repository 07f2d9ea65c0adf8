import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { MoviesByIds } from '@app/contracts/movies.js';
import { MovieNotFound } from '../../domain/errors.js';
import { ShowtimeList } from './showtime-list.js';
import type { ShowtimeListing } from './showtime-view.js';

/** What is to come of a movie, by start: one more than `limit` when there are more. Throws `MovieNotFound`. */
export class ShowtimesOfMovie extends Query<ShowtimeListing[]> {
  constructor(
    readonly movieId: string,
    readonly after: readonly string[] | null,
    readonly limit: number,
  ) {
    super();
  }
}

@QueryHandler(ShowtimesOfMovie)
export class ShowtimesOfMovieHandler implements IQueryHandler<ShowtimesOfMovie> {
  constructor(private readonly queries: QueryBus) {}

  async execute({ movieId, after, limit }: ShowtimesOfMovie): Promise<ShowtimeListing[]> {
    const [movie] = await this.queries.execute(new MoviesByIds([movieId]));
    if (movie === undefined) throw new MovieNotFound();
    return this.queries.execute(new ShowtimeList({ movieId, status: 'scheduled', after, limit }));
  }
}
