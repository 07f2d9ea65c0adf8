import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { type DayInTheatres, MoviesPlayingOn, ShowtimesOfDay } from '@app/contracts/showtimes.js';
import { isUuid } from '@app/kernel/id.js';
import { Database } from '@app/platform/persistence/database.js';
import { keyset, type Page, preparedStatements } from '@app/platform/persistence/keyset.js';
import { sortKey } from '@app/kernel/text.js';
import { MOVIE_COLUMNS, type MovieView, movieView } from './movie.view.js';
import { type ListedMovieRow, type MoviesOrder, SORT_COLUMNS, sortOf } from './parts/movies-order.js';
import { type ListedMovieView, MAX_SHOWTIMES_OF_MOVIE, withShowtimes } from './programme.view.js';

interface MoviesFilter {
  /** Any of these. */
  readonly status: readonly ('active' | 'retired')[];
  /** Part of the title, without regard to case. */
  readonly q?: string | undefined;
  /** Ids or names of genres: movies of any of these. */
  readonly genre?: readonly string[] | undefined;
  /** Only movies with a scheduled showtime on this day, which they then carry. */
  readonly playingOn?: DayInTheatres | undefined;
  readonly sort: MoviesOrder;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** A page of movies. Throws `InvalidCursor`. */
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
  private async page(
    { status, q, genre, sort, limit, cursor }: MoviesFilter,
    ids: readonly string[] | undefined,
  ): Promise<Page<MovieView>> {
    const genreIds = genre === undefined ? undefined : await this.genreIds(genre);
    // Not prepared: a plan that is kept would not know how rare the genre or the part of a title is.
    return keyset(q === undefined && genre === undefined ? preparedStatements(this.database) : this.database, {
      select: `SELECT ${SORT_COLUMNS}, ${MOVIE_COLUMNS} FROM movies.movies AS movie`,
      filters: [
        ['movie.id = ANY (?::uuid[])', ids],
        // The index of trigrams finds three letters or more. Fewer are common: a page of them is found soon in the order of the list.
        ['movie.title_key LIKE ?', q === undefined ? undefined : `%${sortKey(q).replaceAll(/[\\%_]/g, '\\$&')}%`],
        genreIds?.length === 1
          ? ['EXISTS (SELECT FROM movies.movie_genres WHERE movie_id = movie.id AND genre_id = ?)', genreIds[0]]
          : ['EXISTS (SELECT FROM movies.movie_genres WHERE movie_id = movie.id AND genre_id = ANY (?::uuid[]))', genreIds],
      ],
      anyOf: [['movie.status', status]],
      ...sortOf(sort),
      limit,
      cursor,
      view: (row: ListedMovieRow) => movieView(row),
    });
  }

  /** Asked before: a statement that looks genres up itself is planned as if all were equally frequent. A name that no genre has gives no id. */
  private async genreIds(genres: readonly string[]): Promise<string[]> {
    const names = genres.filter((genre) => !isUuid(genre)).map(sortKey);
    const sql = `SELECT id FROM movies.genres WHERE name_key = ANY ($1)`;
    const named = names.length === 0 ? [] : await this.database.prepared<{ id: string }>(sql, [names]);
    return [...new Set([...genres.filter(isUuid).map((id) => id.toLowerCase()), ...named.map(({ id }) => id)])];
  }
}
