import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { ShowtimesThatWouldOverlap } from '@app/contracts/showtimes.js';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Genres } from '../../domain/genres.js';
import type { MovieDetails } from '../../domain/movie-details.js';
import { Movies } from '../../domain/movies.js';

/** What is left out stays as it is. Resolves to whether anything changed. */
export class ChangeMovie extends Command<boolean> implements AdminCommand<boolean> {
  constructor(
    readonly adminId: string,
    readonly movieId: string,
    readonly changes: Partial<MovieDetails & { genreIds: readonly string[] }>,
  ) {
    super();
  }

  auditEntry(changed: boolean) {
    return changed ? { action: 'movies.change-movie', subject: this.movieId, details: this.changes } : null;
  }
}

@CommandHandler(ChangeMovie)
export class ChangeMovieHandler implements ICommandHandler<ChangeMovie> {
  constructor(
    private readonly movies: Movies,
    private readonly genres: Genres,
    private readonly queries: QueryBus,
    private readonly transactions: Transactions,
  ) {}

  async execute({ movieId, changes: { genreIds, ...details } }: ChangeMovie): Promise<boolean> {
    return this.transactions.run(async () => {
      this.transactions.assertExpectedBeforeLock((await this.movies.read(movieId)).state);
      const changes = genreIds === undefined ? details : { ...details, genres: await this.genres.ofIds(genreIds) };
      // In this transaction: until the movie has the new runtime, nothing is scheduled that would overlap with it.
      const { runtimeMinutes } = details;
      const overlappingShowtimes =
        runtimeMinutes === undefined ? [] : await this.queries.execute(new ShowtimesThatWouldOverlap({ movieId, runtimeMinutes }));
      return this.movies.change(movieId, (movie) => {
        movie.change(changes, { overlappingShowtimes });
        return movie.hasChanged;
      });
    });
  }
}
