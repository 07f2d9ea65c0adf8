import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { GenreNotFound } from '../../domain/errors.js';
import type { GenreView } from './genre.view.js';

/** Throws `GenreNotFound`. */
export class Genre extends Query<GenreView> {
  constructor(readonly genreId: string) {
    super();
  }
}

@QueryHandler(Genre)
export class GenreHandler implements IQueryHandler<Genre> {
  constructor(private readonly database: Database) {}

  async execute({ genreId }: Genre): Promise<GenreView> {
    const [genre] = await this.database.query<GenreView>('SELECT id, name FROM movies.genres WHERE id = $1', [genreId]);
    if (genre === undefined) throw new GenreNotFound();
    return genre;
  }
}
