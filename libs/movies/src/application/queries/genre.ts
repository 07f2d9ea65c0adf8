import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { withVersion } from '@app/platform/persistence/resource-version.js';
import type { GenreState } from '../../domain/genre.js';
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
    const [genre] = await this.database.query<GenreState>('SELECT id, name, version FROM movies.genres WHERE id = $1', [genreId]);
    if (genre === undefined) throw new GenreNotFound();
    const { id, name, version } = genre;
    return withVersion({ id, name }, version);
  }
}
