import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { assertPeriod, type Period } from '../../domain/period.js';
import type { PopularMoviesResponse, PopularMovieView } from './popular-movies.view.js';

interface PopularMoviesFilter extends Period {
  /** Any of these. */
  readonly theatreId?: readonly string[] | undefined;
  readonly limit: number;
}

/** The movies whose showtimes of a period sold most seats. Throws `PeriodReversed` and `PeriodTooLong`. */
export class PopularMovies extends Query<PopularMoviesResponse> {
  constructor(readonly filter: PopularMoviesFilter) {
    super();
  }
}

@QueryHandler(PopularMovies)
export class PopularMoviesHandler implements IQueryHandler<PopularMovies> {
  constructor(private readonly database: Database) {}

  async execute({ filter: { from, to, theatreId, limit } }: PopularMovies): Promise<PopularMoviesResponse> {
    assertPeriod({ from, to });
    const data = await this.database.query<PopularMovieView>(
      `SELECT rank() OVER (ORDER BY sum(sold.seats) DESC)::int AS rank, s.movie_id, m.title, count(*)::int AS showtimes,
         sum(sold.seats)::int AS seats_sold, round(sum(sold.seats)::numeric / sum(s.capacity), 4)::float8 AS occupancy
       FROM reports.showtimes s JOIN reports.theatres t USING (theatre_id) JOIN reports.movies m USING (movie_id)
       CROSS JOIN LATERAL (
         SELECT coalesce(sum(r.seats_sold), 0) AS seats FROM reports.reservations r WHERE r.showtime_id = s.showtime_id) sold
       WHERE s.starts_at >= $1::date - 1 AND s.starts_at < $2::date + 2
         AND (s.starts_at AT TIME ZONE t.time_zone)::date BETWEEN $1::date AND $2::date
         AND NOT s.cancelled AND ($3::uuid[] IS NULL OR s.theatre_id = ANY ($3))
       GROUP BY s.movie_id, m.title ORDER BY 1, m.title, s.movie_id LIMIT $4`,
      [from, to, theatreId ?? null, limit],
    );
    return { data };
  }
}
