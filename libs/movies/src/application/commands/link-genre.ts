import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { GenreNotFound, UnknownGenres } from '../../domain/errors.js';
import { Genres } from '../../domain/genres.js';
import { Movies } from '../../domain/movies.js';

/** The movie has this genre besides the ones it has. Resolves to whether anything changed. Throws `GenreNotFound`, `MovieNotFound`, `TooManyGenres`. */
export class LinkGenre extends Command<boolean> implements AdminCommand<boolean> {
  constructor(
    readonly adminId: string,
    readonly movieId: string,
    readonly genreId: string,
  ) {
    super();
  }

  auditEntry(changed: boolean) {
    return changed ? { action: 'movies.link-genre', subject: this.movieId, details: { genreId: this.genreId } } : null;
  }
}

@CommandHandler(LinkGenre)
export class LinkGenreHandler implements ICommandHandler<LinkGenre> {
  constructor(
    private readonly movies: Movies,
    private readonly genres: Genres,
    private readonly transactions: Transactions,
  ) {}

  async execute({ movieId, genreId }: LinkGenre): Promise<boolean> {
    return this.transactions
      .run(async () => {
        const genres = await this.genres.ofIds([genreId]);
        return this.movies.change(movieId, (movie) => {
          for (const genre of genres) movie.linkGenre(genre);
          return movie.hasChanged;
        });
      })
      .catch((error: unknown) => {
        // Here the genre is part of the path, not of the body.
        throw error instanceof UnknownGenres ? new GenreNotFound() : error;
      });
  }
}
