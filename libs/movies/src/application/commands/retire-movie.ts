import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { ShowtimesAhead } from '@app/contracts/showtimes.js';
import { AuditTrail } from '@app/kernel/audit-trail.js';
import { Database } from '@app/platform/persistence/database.js';
import { Movies } from '../../domain/movies.js';
import { type MovieView, movieViewOf } from '../queries/movie-view.js';

export class RetireMovie extends Command<MovieView> {
  constructor(
    readonly adminId: string,
    readonly movieId: string,
    readonly cancelShowtimes: boolean,
  ) {
    super();
  }
}

@CommandHandler(RetireMovie)
export class RetireMovieHandler implements ICommandHandler<RetireMovie> {
  constructor(
    private readonly movies: Movies,
    private readonly queries: QueryBus,
    private readonly audit: AuditTrail,
    private readonly database: Database,
  ) {}

  async execute({ adminId, movieId, cancelShowtimes }: RetireMovie): Promise<MovieView> {
    // One transaction: the answer about showtimes ahead stays true until the movie is retired.
    return this.database.transaction(async () => {
      const showtimesAhead = await this.queries.execute(new ShowtimesAhead({ movieId }));
      const { view, changed } = await this.movies.change(movieId, (movie) => {
        movie.retire({ showtimesAhead, cancelShowtimes });
        return { view: movieViewOf(movie.state), changed: movie.hasChanged };
      });
      if (changed)
        await this.audit.record({
          actor: adminId,
          action: 'movies.retire-movie',
          subject: movieId,
          details: { cancelShowtimes, showtimesAhead },
        });
      return view;
    });
  }
}
