import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import type { FilmFacts } from '../../domain/film.js';
import { Genres } from '../../domain/genres.js';
import { Movie } from '../../domain/movie.js';
import { Movies } from '../../domain/movies.js';
import { type MovieView, movieViewOf } from '../queries/movie-view.js';

export class AddMovie extends Command<MovieView> {
  constructor(
    readonly film: FilmFacts,
    readonly genreIds: readonly string[],
  ) {
    super();
  }
}

@CommandHandler(AddMovie)
export class AddMovieHandler implements ICommandHandler<AddMovie> {
  constructor(
    private readonly movies: Movies,
    private readonly genres: Genres,
    private readonly database: Database,
  ) {}

  async execute({ film, genreIds }: AddMovie): Promise<MovieView> {
    return this.database.once(async () => {
      const movie = Movie.add({ ...film, genres: await this.genres.ofIds(genreIds) });
      await this.movies.add(movie);
      return movieViewOf(movie.state);
    });
  }
}
