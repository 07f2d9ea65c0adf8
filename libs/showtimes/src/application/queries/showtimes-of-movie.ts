import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { MoviesByIds } from '@app/contracts/movies.js';
import type { Page } from '@app/platform/persistence/keyset.js';
import { MovieNotFound } from '../../domain/errors.js';
import type { ShowtimeView } from './showtime.view.js';
import { Showtimes } from './showtimes.js';

/** The scheduled showtimes of a movie that have not started, by start. Throws `MovieNotFound`, `InvalidCursor`. */
export class ShowtimesOfMovie extends Query<Page<ShowtimeView>> {
  constructor(
    readonly movieId: string,
    readonly filter: { readonly limit: number; readonly cursor?: string | undefined },
  ) {
    super();
  }
}

@QueryHandler(ShowtimesOfMovie)
export class ShowtimesOfMovieHandler implements IQueryHandler<ShowtimesOfMovie> {
  constructor(private readonly queries: QueryBus) {}

  async execute({ movieId, filter: { limit, cursor } }: ShowtimesOfMovie): Promise<Page<ShowtimeView>> {
    const [movie] = await this.queries.execute(new MoviesByIds([movieId]));
    if (movie === undefined) throw new MovieNotFound();
    return this.queries.execute(new Showtimes({ movieId: [movieId], status: ['scheduled'], sort: 'startsAt', limit, cursor }));
  }
}
