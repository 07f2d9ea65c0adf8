import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { MoviesByTitles, type MoviesOfTitle, type MovieSummary } from '@app/contracts/movies.js';
import { Database } from '@app/platform/persistence/database.js';
import { sortKey } from '@app/kernel/text.js';

@QueryHandler(MoviesByTitles)
export class MoviesByTitlesHandler implements IQueryHandler<MoviesByTitles> {
  constructor(private readonly database: Database) {}

  async execute({ titles }: MoviesByTitles): Promise<MoviesOfTitle[]> {
    if (titles.length === 0) return [];
    const rows = await this.database.query<MovieSummary & { titleKey: string }>(
      `SELECT id, title, runtime_minutes, status = 'retired' AS retired, title_key FROM movies.movies WHERE title_key = ANY ($1::text[])
       ORDER BY id`,
      [[...new Set(titles.map(sortKey))]],
    );
    const byKey = Map.groupBy(rows, ({ titleKey }) => titleKey);
    return titles.map((title) => ({ title, movies: (byKey.get(sortKey(title)) ?? []).map(({ titleKey: _, ...movie }) => movie) }));
  }
}
