import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsOptional, IsUUID, Max, Min, ValidateBy } from 'class-validator';
import { DryRunRequest } from '@app/platform/http/dry-run.dto.js';
import { PageRequest } from '@app/platform/http/page.dto.js';
import { MOVIES_ORDERS, type MoviesOrder } from '../application/queries/parts/movies-order.js';
import { isReleaseDate, MOVIE_LIMITS } from '../domain/movie-details.js';
import { MayBeLeftOut } from '@app/platform/http/may-be-left-out.js';
import { IdList, NameList, ValueList } from '@app/platform/http/query-list.js';
import { QueryBoolean } from '@app/platform/http/query-values.js';
import { Text } from '@app/platform/http/text.js';

/** From 1888 on. */
const IsCalendarDay = () =>
  ValidateBy({
    name: 'isCalendarDay',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && isReleaseDate(value),
      defaultMessage: () => 'must be a calendar day as YYYY-MM-DD',
    },
  });
const LowerCased = () =>
  Transform(({ value }: { value: unknown }) =>
    Array.isArray(value) ? value.map((item: unknown) => (typeof item === 'string' ? item.toLowerCase() : item)) : value,
  );

export class AddMovieRequest {
  /** @example "Arrival" */
  @Text({ max: MOVIE_LIMITS.title })
  title!: string;

  /** @example "A linguist learns how visitors from elsewhere write, and what it does to her sense of time." */
  @Text({ min: 0, max: MOVIE_LIMITS.description })
  description!: string;

  /** @example 116 */
  @IsInt()
  @Min(1)
  @Max(MOVIE_LIMITS.runtimeMinutes)
  runtimeMinutes!: number;

  /** @example "2016-11-11" */
  @IsOptional()
  @IsCalendarDay()
  releaseDate?: string | null;

  /**
   * As the country's rating board writes it.
   * @example "PG-13"
   */
  @IsOptional()
  @Text({ max: MOVIE_LIMITS.ageRating, optional: true })
  ageRating?: string | null;

  /** @example ["019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11"] */
  @MayBeLeftOut()
  @LowerCased()
  @IsArray()
  @ArrayMaxSize(MOVIE_LIMITS.genres)
  @IsUUID('all', { each: true })
  genreIds?: string[];
}

/** What is left out stays as it is. Null removes a release date or an age rating. */
export class ChangeMovieRequest {
  /** @example "Arrival" */
  @MayBeLeftOut()
  @Text({ max: MOVIE_LIMITS.title, optional: true })
  title?: string;

  /** @example "A linguist learns how visitors from elsewhere write, and what it does to her sense of time." */
  @MayBeLeftOut()
  @Text({ min: 0, max: MOVIE_LIMITS.description, optional: true })
  description?: string;

  /**
   * Showtimes that have not started follow. Refused when one would overlap with the next of its room.
   * @example 116
   */
  @MayBeLeftOut()
  @IsInt()
  @Min(1)
  @Max(MOVIE_LIMITS.runtimeMinutes)
  runtimeMinutes?: number;

  /** @example "2016-11-11" */
  @IsOptional()
  @IsCalendarDay()
  releaseDate?: string | null;

  /** @example "PG-13" */
  @IsOptional()
  @Text({ max: MOVIE_LIMITS.ageRating, optional: true })
  ageRating?: string | null;

  /**
   * All genres of the movie: they replace the ones it has.
   * @example ["019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11"]
   */
  @MayBeLeftOut()
  @LowerCased()
  @IsArray()
  @ArrayMaxSize(MOVIE_LIMITS.genres)
  @IsUUID('all', { each: true })
  genreIds?: string[];
}

export class RetireMovieRequest extends DryRunRequest {
  /** Whether the showtimes ahead are cancelled too, and their customers refunded. */
  @QueryBoolean()
  cancelShowtimes: boolean = false;
}

export class MoviesRequest extends PageRequest {
  /** Movies of any of these genres: one id, one name in any case, or up to 20 separated by commas. A genre with a comma in its name has its id only. */
  @NameList(MOVIE_LIMITS.genreName)
  genre?: string[];

  /**
   * Part of the title, in any case.
   * @example "arri"
   */
  @MayBeLeftOut()
  @Text({ max: MOVIE_LIMITS.title, optional: true })
  q?: string;

  /**
   * Only movies with a showtime on this day, in the time zone of each theatre. Each movie then carries the showtimes of the day.
   * @example "2026-12-24"
   */
  @MayBeLeftOut()
  @IsCalendarDay()
  playingOn?: string;

  /** With `playingOn` only: theatres, one id or up to 20 separated by commas. */
  @IdList()
  theatreId?: string[];

  /**
   * By title, or by release date: `releaseDate` is the oldest first, `-releaseDate` the newest. A movie without a release date counts as the oldest. A
   * cursor belongs to the order that it was made in.
   */
  @IsIn(MOVIES_ORDERS)
  sort: MoviesOrder = 'title';

  /** Whether the movie can be scheduled, or is retired, or both, separated by commas. */
  @ValueList(['active', 'retired'], { usual: ['active'] })
  status: readonly ('active' | 'retired')[] = ['active'];
}

export class ProgrammeRequest {
  /**
   * The day in the time zone of the theatre. Left out: today.
   * @example "2026-12-24"
   */
  @MayBeLeftOut()
  @IsCalendarDay()
  date?: string;
}

export class GenreRequest {
  /** @example "Science fiction" */
  @Text({ max: MOVIE_LIMITS.genreName })
  name!: string;
}
