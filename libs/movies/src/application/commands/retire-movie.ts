import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { ShowtimesAhead } from '@app/contracts/showtimes.js';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Movies } from '../../domain/movies.js';

interface RetiredMovie {
  readonly changed: boolean;
  readonly showtimesAhead: number;
}

export class RetireMovie extends Command<RetiredMovie> implements AdminCommand<RetiredMovie> {
  constructor(
    readonly adminId: string,
    readonly movieId: string,
    readonly options: { readonly cancelShowtimes: boolean },
  ) {
    super();
  }

  auditEntry({ changed, showtimesAhead }: RetiredMovie) {
    return changed ? { action: 'movies.retire-movie', subject: this.movieId, details: { ...this.options, showtimesAhead } } : null;
  }
}

@CommandHandler(RetireMovie)
export class RetireMovieHandler implements ICommandHandler<RetireMovie> {
  constructor(
    private readonly movies: Movies,
    private readonly queries: QueryBus,
    private readonly transactions: Transactions,
  ) {}

  async execute({ movieId, options }: RetireMovie): Promise<RetiredMovie> {
    // In one transaction: the number of showtimes ahead cannot grow until the movie is retired.
    return this.transactions.run(async () => {
      const showtimesAhead = await this.queries.execute(new ShowtimesAhead({ movieId }));
      return this.movies.change(movieId, (movie) => {
        movie.retire({ ...options, showtimesAhead });
        return { changed: movie.hasChanged, showtimesAhead };
      });
    });
  }
}
