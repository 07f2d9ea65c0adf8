import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { MoviesByIds } from '@app/contracts/movies.js';
import { Clock } from '@app/kernel/clock.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Showtimes } from '../../domain/showtimes.js';
import { RetiredMovieShowtimes } from '../retired-movie-showtimes.js';

/**
 * Finds retired movies that have showtimes ahead, because an event was lost, and cancels these. A movie is retired with showtimes ahead only where
 * they are to be cancelled. Resolves to how many movies.
 */
export class CancelShowtimesOfRetiredMovies extends Command<number> {}

@CommandHandler(CancelShowtimesOfRetiredMovies)
export class CancelShowtimesOfRetiredMoviesHandler implements ICommandHandler<CancelShowtimesOfRetiredMovies> {
  constructor(
    private readonly showtimes: Showtimes,
    private readonly ofMovie: RetiredMovieShowtimes,
    private readonly clock: Clock,
    private readonly queries: QueryBus,
    private readonly transactions: Transactions,
  ) {}

  async execute(): Promise<number> {
    const upcoming = await this.showtimes.durationsOfUpcoming(this.clock.now());
    const movies = await this.queries.execute(new MoviesByIds([...new Set(upcoming.map(({ movieId }) => movieId))]));
    const retired = movies.filter((movie) => movie.retired);
    for (const { id } of retired) await this.transactions.run(() => this.ofMovie.cancelAll(id, null));
    return retired.length;
  }
}
