import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { type DayInTheatres, MoviesPlayingOn, ShowtimesOfDay } from '@app/contracts/showtimes.js';
import { isUuid } from '@app/kernel/id.js';
import { Database } from '@app/platform/persistence/database.js';
import { keyset, type Page, preparedStatements } from '@app/platform/persistence/keyset.js';
import { sortKey } from '@app/kernel/text.js';
import { MOVIE_COLUMNS, type MovieRow, type MovieView, movieView } from './movie.view.js';
import { type ListedMovieView, MAX_SHOWTIMES_OF_MOVIE, withShowtimes } from './programme.view.js';

interface MoviesFilter {
  readonly status: 'active' | 'retired';
  /** Part of the title, without regard to case. */
  readonly q?: string | undefined;
  /** A genre's id or its name. */
  readonly genre?: string | undefined;
  /** Only movies with a scheduled showtime on this day, which they then carry. */
  readonly playingOn?: DayInTheatres | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Movies by title. Throws `InvalidCursor`. */
export class Movies extends Query<Page<ListedMovieView>> {
  constructor(readonly filter: MoviesFilter) {
    super();
  }
}

@QueryHandler(Movies)
export class MoviesHandler implements IQueryHandler<Movies> {
  constructor(
    private readonly database: Database,
    private readonly queries: QueryBus,
  ) {}

  async execute({ filter }: Movies): Promise<Page<ListedMovieView>> {
    const { playingOn } = filter;
    if (playingOn === undefined) return this.page(filter, undefined);
    const { data, page } = await this.page(filter, await this.queries.execute(new MoviesPlayingOn(playingOn)));
    const movieIds = data.map(({ id }) => id);
    const showtimes = await this.queries.execute(new ShowtimesOfDay(playingOn, movieIds, MAX_SHOWTIMES_OF_MOVIE + 1));
    return { data: withShowtimes(data, showtimes), page };
  }

  /** `ids`: of these movies only. */
  private async page({ status, q, genre, limit, cursor }: MoviesFilter, ids: readonly string[] | undefined): Promise<Page<MovieView>> {
    const genreId = genre === undefined ? undefined : await this.genreId(genre);
    // A plan that is kept would not know how rare the genre or the part of a title is.
    return keyset(q === undefined && genre === undefined ? preparedStatements(this.database) : this.database, {
      select: `SELECT movie.title_key, ${MOVIE_COLUMNS} FROM movies.movies AS movie`,
      filters: [
        ['movie.status = ?', status],
        ['movie.id = ANY (?::uuid[])', ids],
        // The index of trigrams finds three letters or more. Fewer are common: a page of them is found soon in the order of the titles.
        ['movie.title_key LIKE ?', q === undefined ? undefined : `%${sortKey(q).replaceAll(/[\\%_]/g, '\\$&')}%`],
        ['EXISTS (SELECT FROM movies.movie_genres WHERE movie_id = movie.id AND genre_id = ?)', genreId],
      ],
      sort: [
        { column: 'movie.title_key', property: 'titleKey', type: 'text' },
        { column: 'movie.id', property: 'id', type: 'uuid' },
      ],
      direction: 'asc',
      limit,
      cursor,
      view: (row: MovieRow & { titleKey: string }) => movieView(row),
    });
  }

  /** Asked before: a statement that looks the genre up itself is planned as if all genres were equally frequent. Null where no genre has the name. */
  private async genreId(genre: string): Promise<string | null> {
    if (isUuid(genre)) return genre;
    const [row] = await this.database.prepared<{ id: string }>(`SELECT id FROM movies.genres WHERE name_key = $1`, [sortKey(genre)]);
    return row?.id ?? null;
  }
}
