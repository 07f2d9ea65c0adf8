import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Genres } from '../../domain/genres.js';
import type { MovieDetails } from '../../domain/movie-details.js';
import { Movie } from '../../domain/movie.js';
import { Movies } from '../../domain/movies.js';
import { type MovieView, movieView } from '../queries/movie.view.js';

export class AddMovie extends Command<MovieView> implements AdminCommand<MovieView> {
  constructor(
    readonly adminId: string,
    readonly details: MovieDetails,
    readonly genreIds: readonly string[],
  ) {
    super();
  }

  auditEntry({ id }: MovieView) {
    return { action: 'movies.add-movie', subject: id, details: { ...this.details, genreIds: this.genreIds } };
  }
}

@CommandHandler(AddMovie)
export class AddMovieHandler implements ICommandHandler<AddMovie> {
  constructor(
    private readonly movies: Movies,
    private readonly genres: Genres,
    private readonly transactions: Transactions,
  ) {}

  async execute({ details, genreIds }: AddMovie): Promise<MovieView> {
    return this.transactions.idempotently(async () => {
      const movie = Movie.add({ ...details, genres: await this.genres.ofIds(genreIds) });
      await this.movies.add(movie);
      return movieView(movie.state);
    });
  }
}
