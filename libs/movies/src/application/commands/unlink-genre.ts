import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Movies } from '../../domain/movies.js';

/** The movie no longer has this genre. Resolves to whether anything changed. */
export class UnlinkGenre extends Command<boolean> implements AdminCommand<boolean> {
  constructor(
    readonly adminId: string,
    readonly movieId: string,
    readonly genreId: string,
  ) {
    super();
  }

  auditEntry(changed: boolean) {
    return changed ? { action: 'movies.unlink-genre', subject: this.movieId, details: { genreId: this.genreId } } : null;
  }
}

@CommandHandler(UnlinkGenre)
export class UnlinkGenreHandler implements ICommandHandler<UnlinkGenre> {
  constructor(private readonly movies: Movies) {}

  async execute({ movieId, genreId }: UnlinkGenre): Promise<boolean> {
    return this.movies.change(movieId, (movie) => {
      movie.unlinkGenre(genreId);
      return movie.hasChanged;
    });
  }
}
