import { ApiProperty } from '@nestjs/swagger';
import type { ShowtimeOfDay } from '@app/contracts/showtimes.js';
import { MoneyView } from '@app/platform/http/money.view.js';
import { PageInfo } from '@app/platform/http/page.view.js';
import { MovieView } from './movie.view.js';

/** Of one movie on one day. More are found by `GET /showtimes?date=&movieId=`. */
export const MAX_SHOWTIMES_OF_MOVIE = 50;
/** Far more than one theatre can show in a day. */
export const MAX_MOVIES_OF_PROGRAMME = 200;

class TheatreOfProgrammeView {
  /**
   * Its id.
   * @example "019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11"
   */
  id!: string;
  /**
   * Its name.
   * @example "Lichtburg"
   */
  name!: string;
  /**
   * IANA name of its time zone.
   * @example "Europe/Berlin"
   */
  timeZone!: string;
}

class RoomOfProgrammeView {
  /**
   * Its id.
   * @example "019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b12"
   */
  id!: string;
  /**
   * Its name.
   * @example "Room 1"
   */
  name!: string;
}

/** A price for every category of the room. */
class PricesOfProgrammeView {
  /** @example { "amount": 1200, "currency": "EUR" } */
  standard?: MoneyView;
  /** @example { "amount": 1500, "currency": "EUR" } */
  premium?: MoneyView;
}

/** A scheduled showtime of the movie that lists it. */
class ShowtimeOfProgrammeView {
  /**
   * Its id.
   * @example "019a9d1e-8e31-7c22-9f3e-2c8f6f4cad33"
   */
  id!: string;
  theatre!: TheatreOfProgrammeView;
  room!: RoomOfProgrammeView;
  /**
   * When it starts.
   * @example "2026-12-24T19:15:00.000Z"
   */
  startsAt!: string;
  /** @example "2026-12-24T20:15:00" */
  startsAtLocal!: string;
  /**
   * When it ends.
   * @example "2026-12-24T21:11:00.000Z"
   */
  endsAt!: string;
  prices!: PricesOfProgrammeView;
  /**
   * Seats that are neither held nor sold.
   * @example 8
   */
  seatsLeft!: number;
  /**
   * From when seats can be held. Null: on sale.
   * @example "2026-12-01T09:00:00.000Z"
   */
  salesOpenAt!: string | null;
}

/** A movie of a programme. */
class MovieOfProgrammeView extends MovieView {
  /** The scheduled showtimes of the day, by start: the first 50. */
  @ApiProperty({ type: [ShowtimeOfProgrammeView], maxItems: MAX_SHOWTIMES_OF_MOVIE })
  showtimes!: ShowtimeOfProgrammeView[];
  /**
   * Whether the day has more showtimes of the movie than are listed. `GET /showtimes` with `date` and `movieId` has all.
   * @example false
   */
  moreShowtimes!: boolean;
}

/** A movie of a list. With `playingOn` it has `showtimes` and `moreShowtimes`. */
export class ListedMovieView extends MovieView {
  /** With `playingOn` only: the scheduled showtimes of the day, by start, the first 50. */
  @ApiProperty({ type: [ShowtimeOfProgrammeView], maxItems: MAX_SHOWTIMES_OF_MOVIE, required: false })
  showtimes?: ShowtimeOfProgrammeView[];
  /**
   * With `playingOn` only: whether the day has more showtimes of the movie than are listed. `GET /showtimes` with `date` and `movieId` has all.
   * @example false
   */
  moreShowtimes?: boolean;
}

export class MoviesResponse {
  data!: ListedMovieView[];
  page!: PageInfo;
}

/** What a theatre shows on one day. */
export class ProgrammeView {
  theatre!: TheatreOfProgrammeView;
  /**
   * The day in the time zone of the theatre.
   * @example "2026-12-24"
   */
  date!: string;
  /** The movies with a scheduled showtime on the day, by title: the first 200. */
  @ApiProperty({ type: [MovieOfProgrammeView], maxItems: MAX_MOVIES_OF_PROGRAMME })
  movies!: MovieOfProgrammeView[];
}

/** `showtimes` are those of the movies on the day, one more of each than may be listed. */
export function withShowtimes(movies: readonly MovieView[], showtimes: readonly ShowtimeOfDay[]): MovieOfProgrammeView[] {
  const byMovie = Map.groupBy(showtimes, ({ movieId }) => movieId);
  return movies.map((movie) => {
    const own = byMovie.get(movie.id) ?? [];
    return {
      ...movie,
      showtimes: own.slice(0, MAX_SHOWTIMES_OF_MOVIE).map(showtimeView),
      moreShowtimes: own.length > MAX_SHOWTIMES_OF_MOVIE,
    };
  });
}

function showtimeView({ movieId: _, currency, prices, ...showtime }: ShowtimeOfDay): ShowtimeOfProgrammeView {
  const money: PricesOfProgrammeView = Object.fromEntries(
    Object.entries(prices).map(([category, amount]) => [category, { amount, currency }]),
  );
  return { ...showtime, prices: money };
}
