import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { keyset, type Page } from '@app/platform/persistence/keyset.js';
import type { GenreView } from './genre.view.js';

/** Genres by name. Throws `InvalidCursor`. */
export class Genres extends Query<Page<GenreView>> {
  constructor(readonly filter: { readonly limit: number; readonly cursor?: string | undefined }) {
    super();
  }
}

@QueryHandler(Genres)
export class GenresHandler implements IQueryHandler<Genres> {
  constructor(private readonly database: Database) {}

  async execute({ filter: { limit, cursor } }: Genres): Promise<Page<GenreView>> {
    return keyset(this.database, {
      select: 'SELECT id, name, name_key FROM movies.genres',
      filters: [],
      sort: [{ column: 'name_key', property: 'nameKey', type: 'text' }],
      direction: 'asc',
      limit,
      cursor,
      view: ({ id, name }: GenreView & { nameKey: string }) => ({ id, name }),
    });
  }
}
