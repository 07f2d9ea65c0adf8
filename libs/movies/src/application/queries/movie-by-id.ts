import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { MovieNotFound } from '../../domain/errors.js';
import { MOVIE_COLUMNS, type MovieRow, type MovieView, movieViewOfRow } from './movie-view.js';

export class MovieById extends Query<MovieView> {
  constructor(readonly movieId: string) {
    super();
  }
}

@QueryHandler(MovieById)
export class MovieByIdHandler implements IQueryHandler<MovieById> {
  constructor(private readonly database: Database) {}

  async execute({ movieId }: MovieById): Promise<MovieView> {
    const [row] = await this.database.prepared<MovieRow>(`SELECT ${MOVIE_COLUMNS} FROM movies.movies m WHERE m.id = $1`, [movieId]);
    if (row === undefined) throw new MovieNotFound();
    return movieViewOfRow(row);
  }
}
