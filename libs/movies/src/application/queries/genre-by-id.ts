import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { GenreNotFound } from '../../domain/errors.js';
import type { Genre } from '../../domain/genre.js';

export class GenreById extends Query<Genre> {
  constructor(readonly genreId: string) {
    super();
  }
}

@QueryHandler(GenreById)
export class GenreByIdHandler implements IQueryHandler<GenreById> {
  constructor(private readonly database: Database) {}

  async execute({ genreId }: GenreById): Promise<Genre> {
    const [genre] = await this.database.query<Genre>('SELECT id, name FROM movies.genres WHERE id = $1', [genreId]);
    if (genre === undefined) throw new GenreNotFound();
    return genre;
  }
}
