import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { FilmFacts } from '../../domain/film.js';
import { Genres } from '../../domain/genres.js';
import { Movies } from '../../domain/movies.js';
import { type MovieView, movieViewOf } from '../queries/movie-view.js';

/** What is left out stays as it is. */
export class ChangeMovie extends Command<MovieView> {
  constructor(
    readonly movieId: string,
    readonly changes: Partial<FilmFacts & { genreIds: readonly string[] }>,
  ) {
    super();
  }
}

@CommandHandler(ChangeMovie)
export class ChangeMovieHandler implements ICommandHandler<ChangeMovie> {
  constructor(
    private readonly movies: Movies,
    private readonly genres: Genres,
  ) {}

  async execute({ movieId, changes: { genreIds, ...facts } }: ChangeMovie): Promise<MovieView> {
    const changes = genreIds === undefined ? facts : { ...facts, genres: await this.genres.ofIds(genreIds) };
    return this.movies.change(movieId, (movie) => {
      movie.change(changes);
      return movieViewOf(movie.state);
    });
  }
}
