import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { comparable } from '../../domain/film.js';
import { MOVIE_COLUMNS, type MovieRow, type MovieView, movieViewOfRow } from './movie-view.js';

export interface CatalogueFilter {
  readonly status: 'active' | 'retired';
  /** Part of the title; case makes no difference. */
  readonly q?: string;
  /** A genre's id or its name. */
  readonly genre?: string;
}

export type ListedMovie = MovieView & { readonly titleKey: string };

/** Films by title; at most `limit` and one more, which tells whether there are others behind it. */
export class Catalogue extends Query<ListedMovie[]> {
  constructor(
    readonly filter: CatalogueFilter,
    readonly limit: number,
    /** Exclusive position to go on from. */
    readonly after: { readonly titleKey: string; readonly id: string } | null,
  ) {
    super();
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

@QueryHandler(Catalogue)
export class CatalogueHandler implements IQueryHandler<Catalogue> {
  constructor(private readonly database: Database) {}

  async execute({ filter, limit, after }: Catalogue): Promise<ListedMovie[]> {
    const parameters: unknown[] = [];
    const given = (value: unknown): string => `$${parameters.push(value)}`;
    const conditions = [`m.status = ${given(filter.status)}`];
    if (after !== null) conditions.push(`(m.title_key, m.id) > (${given(after.titleKey)}, ${given(after.id)}::uuid)`);
    // A catalogue has thousands of films, not millions: reading through their titles takes milliseconds.
    if (filter.q !== undefined) conditions.push(`strpos(m.title_key, ${given(comparable(filter.q))}) > 0`);
    if (filter.genre !== undefined) {
      const genre = UUID.test(filter.genre)
        ? given(filter.genre.toLowerCase())
        : `(SELECT id FROM movies.genres WHERE name_key = ${given(comparable(filter.genre))})`;
      conditions.push(`EXISTS (SELECT FROM movies.movie_genres f WHERE f.movie_id = m.id AND f.genre_id = ${genre})`);
    }
    const rows = await this.database.prepared<MovieRow & { titleKey: string }>(
      `SELECT m.title_key, ${MOVIE_COLUMNS} FROM movies.movies m WHERE ${conditions.join(' AND ')}
       ORDER BY m.title_key, m.id LIMIT ${given(limit + 1)}`,
      parameters,
    );
    return rows.map((row) => ({ ...movieViewOfRow(row), titleKey: row.titleKey }));
  }
}
