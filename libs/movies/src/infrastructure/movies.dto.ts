import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  IsUUID,
  Max,
  MaxLength,
  Min,
  ValidateBy,
  ValidateIf,
} from 'class-validator';
import { PageRequest } from '@app/platform/http/page.dto.js';
import { PageInfo } from '@app/platform/http/page.view.js';
import { FILM_LIMITS, isReleaseDate } from '../domain/film.js';

const Trimmed = () => Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.normalize('NFC').trim() : value));
const IsReleaseDate = () =>
  ValidateBy({
    name: 'isReleaseDate',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && isReleaseDate(value),
      defaultMessage: () => 'must be a calendar day as YYYY-MM-DD',
    },
  });
/** May be left out, but not null. */
const MayBeLeftOut = () => ValidateIf((_, value: unknown) => value !== undefined);
const LowerCased = () =>
  Transform(({ value }: { value: unknown }) =>
    Array.isArray(value) ? value.map((item: unknown) => (typeof item === 'string' ? item.toLowerCase() : item)) : value,
  );
const IsTrueOrFalse = () => Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value));

export class AddMovieRequest {
  /** @example "Arrival" */
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(FILM_LIMITS.title)
  title!: string;

  /** @example "A linguist learns how visitors from elsewhere write, and what it does to her sense of time." */
  @Trimmed()
  @IsString()
  @MaxLength(FILM_LIMITS.description)
  description!: string;

  /** @example 116 */
  @IsInt()
  @Min(1)
  @Max(FILM_LIMITS.runtimeMinutes)
  runtimeMinutes!: number;

  /** @example "2016-11-11" */
  @IsOptional()
  @IsReleaseDate()
  releaseDate?: string | null;

  /**
   * As the country's board writes it.
   * @example "PG-13"
   */
  @IsOptional()
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(FILM_LIMITS.ageRating)
  ageRating?: string | null;

  /** @example ["019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11"] */
  @MayBeLeftOut()
  @LowerCased()
  @IsArray()
  @ArrayMaxSize(FILM_LIMITS.genres)
  @IsUUID('all', { each: true })
  genreIds?: string[];
}

/** What is left out stays as it is; null takes a release date or an age rating away. */
export class ChangeMovieRequest {
  /** @example "Arrival" */
  @MayBeLeftOut()
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(FILM_LIMITS.title)
  title?: string;

  /** @example "A linguist learns how visitors from elsewhere write, and what it does to her sense of time." */
  @MayBeLeftOut()
  @Trimmed()
  @IsString()
  @MaxLength(FILM_LIMITS.description)
  description?: string;

  /** @example 116 */
  @MayBeLeftOut()
  @IsInt()
  @Min(1)
  @Max(FILM_LIMITS.runtimeMinutes)
  runtimeMinutes?: number;

  /** @example "2016-11-11" */
  @IsOptional()
  @IsReleaseDate()
  releaseDate?: string | null;

  /** @example "PG-13" */
  @IsOptional()
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(FILM_LIMITS.ageRating)
  ageRating?: string | null;

  /**
   * All its genres from now on.
   * @example ["019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11"]
   */
  @MayBeLeftOut()
  @LowerCased()
  @IsArray()
  @ArrayMaxSize(FILM_LIMITS.genres)
  @IsUUID('all', { each: true })
  genreIds?: string[];
}

export class RetireMovieRequest {
  /** Cancel the film's showtimes ahead, and give everybody their money back. */
  @MayBeLeftOut()
  @IsTrueOrFalse()
  @IsIn([true, false], { message: 'must be true or false' })
  cancelShowtimes: boolean = false;
}

export class CatalogueRequest extends PageRequest {
  /**
   * Films of this genre: its id, or its name in any case.
   * @example "Science fiction"
   */
  @IsOptional()
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(FILM_LIMITS.genreName)
  genre?: string;

  /**
   * Part of the title, in any case.
   * @example "arri"
   */
  @IsOptional()
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(FILM_LIMITS.title)
  q?: string;

  /** Films that are shown, or those that are not any more. */
  @IsIn(['active', 'retired'])
  status: 'active' | 'retired' = 'active';
}

export class GenreRequest {
  /** @example "Science fiction" */
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(FILM_LIMITS.genreName)
  name!: string;
}

export class GenreResponse {
  /** @example "019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11" */
  id!: string;
  /** @example "Science fiction" */
  name!: string;
}

export class GenreListResponse {
  data!: GenreResponse[];
  page!: PageInfo;
}

export class MovieResponse {
  /** @example "019a9d1e-7d20-7b11-8e2d-1b7e5e3b9c22" */
  id!: string;
  /** @example "active" */
  status!: 'active' | 'retired';
  /** @example "Arrival" */
  title!: string;
  /** @example "A linguist learns how visitors from elsewhere write, and what it does to her sense of time." */
  description!: string;
  /** @example 116 */
  runtimeMinutes!: number;
  /** @example "2016-11-11" */
  releaseDate!: string | null;
  /** @example "PG-13" */
  ageRating!: string | null;
  genres!: GenreResponse[];
}

export class MovieListResponse {
  data!: MovieResponse[];
  page!: PageInfo;
}
