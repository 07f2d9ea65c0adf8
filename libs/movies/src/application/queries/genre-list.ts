import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import type { Genre } from '../../domain/genre.js';

export type ListedGenre = Genre & { readonly nameKey: string };

/** Genres by name; at most `limit` and one more, which tells whether there are others behind it. */
export class GenreList extends Query<ListedGenre[]> {
  constructor(
    readonly limit: number,
    /** Exclusive position to go on from. */
    readonly afterNameKey: string | null,
  ) {
    super();
  }
}

@QueryHandler(GenreList)
export class GenreListHandler implements IQueryHandler<GenreList> {
  constructor(private readonly database: Database) {}

  async execute({ limit, afterNameKey }: GenreList): Promise<ListedGenre[]> {
    return this.database.query<ListedGenre>(
      `SELECT id, name, name_key FROM movies.genres WHERE $2::text IS NULL OR name_key > $2 ORDER BY name_key LIMIT $1`,
      [limit + 1, afterNameKey],
    );
  }
}
