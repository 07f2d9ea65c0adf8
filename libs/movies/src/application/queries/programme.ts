import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { TheatresByIds } from '@app/contracts/rooms.js';
import { MoviesPlayingOn, ShowtimesOfDay } from '@app/contracts/showtimes.js';
import { Clock } from '@app/kernel/clock.js';
import { Database } from '@app/platform/persistence/database.js';
import { TheatreNotFound } from '../../domain/errors.js';
import { localDay } from '../../domain/local-day.js';
import { MOVIE_COLUMNS, type MovieRow, movieView } from './movie.view.js';
import { MAX_MOVIES_OF_PROGRAMME, MAX_SHOWTIMES_OF_MOVIE, type ProgrammeView, withShowtimes } from './programme.view.js';

/** What a theatre shows on a day, or today, with every movie that plays, retired or not. Throws `TheatreNotFound`. */
export class Programme extends Query<ProgrammeView> {
  constructor(
    readonly theatreId: string,
    /** `YYYY-MM-DD` in the zone of the theatre; undefined: today. */
    readonly date: string | undefined,
  ) {
    super();
  }
}

@QueryHandler(Programme)
export class ProgrammeHandler implements IQueryHandler<Programme> {
  constructor(
    private readonly database: Database,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ theatreId, date }: Programme): Promise<ProgrammeView> {
    const [theatre] = await this.queries.execute(new TheatresByIds([theatreId]));
    if (theatre === undefined) throw new TheatreNotFound();
    const { id, name, timeZone } = theatre;
    const day = date ?? localDay(this.clock.now(), timeZone);
    const when = { day, theatreIds: [theatreId] };
    const rows = await this.database.prepared<MovieRow>(
      `SELECT ${MOVIE_COLUMNS} FROM movies.movies AS movie WHERE movie.id = ANY ($1::uuid[])
       ORDER BY movie.title_key, movie.id LIMIT ${MAX_MOVIES_OF_PROGRAMME}`,
      [await this.queries.execute(new MoviesPlayingOn(when))],
    );
    const movieIds = rows.map((movie) => movie.id);
    const showtimes = await this.queries.execute(new ShowtimesOfDay(when, movieIds, MAX_SHOWTIMES_OF_MOVIE + 1));
    return { theatre: { id, name, timeZone }, date: day, movies: withShowtimes(rows.map(movieView), showtimes) };
  }
}
