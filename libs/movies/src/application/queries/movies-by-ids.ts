import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { MoviesByIds, type MovieSummary } from '@app/contracts/movies.js';
import { Database } from '@app/platform/persistence/database.js';

@QueryHandler(MoviesByIds)
export class MoviesByIdsHandler implements IQueryHandler<MoviesByIds> {
  constructor(private readonly database: Database) {}

  async execute({ movieIds }: MoviesByIds): Promise<MovieSummary[]> {
    return this.database.byKeys<MovieSummary>(
      `SELECT id, title, runtime_minutes, status = 'retired' AS retired FROM movies.movies WHERE id = ANY ($1::uuid[])`,
      movieIds,
      'id',
    );
  }
}
