import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { MovieNotFound } from '../../domain/errors.js';
import { MOVIE_COLUMNS, type MovieRow, type MovieView, movieView } from './movie.view.js';

/** One movie, retired or not. Throws `MovieNotFound`. */
export class Movie extends Query<MovieView> {
  constructor(readonly movieId: string) {
    super();
  }
}

@QueryHandler(Movie)
export class MovieHandler implements IQueryHandler<Movie> {
  constructor(private readonly database: Database) {}

  async execute({ movieId }: Movie): Promise<MovieView> {
    const sql = `SELECT ${MOVIE_COLUMNS} FROM movies.movies AS movie WHERE movie.id = $1`;
    const [row] = await this.database.prepared<MovieRow>(sql, [movieId]);
    if (row === undefined) throw new MovieNotFound();
    return movieView(row);
  }
}
