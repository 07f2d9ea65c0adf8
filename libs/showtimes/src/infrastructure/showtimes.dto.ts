import { Transform, Type } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsString,
  IsUUID,
  MaxLength,
  Min,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { MoneyView } from '@app/platform/http/money.view.js';
import { PageRequest } from '@app/platform/http/page.dto.js';
import { PageInfo } from '@app/platform/http/page.view.js';
import { isCalendarDay, isOffsetTime, isTheatreTime } from './temporal-theatre-time.js';

const LowerCased = () => Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value));
const Trimmed = () => Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.normalize('NFC').trim() : value));
/** In a query string an unescaped `+` arrives as a space. */
const PlusRestored = () =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.replace(/ (?=\d\d:\d\d$)/, '+') : value));
/** May be left out, but not null. */
const MayBeLeftOut = () => ValidateIf((_, value: unknown) => value !== undefined);
const MayBeNull = () => ValidateIf((_, value: unknown) => value !== undefined && value !== null);

const text = (name: string, check: (value: string) => boolean, message: string) => (): PropertyDecorator =>
  ValidateBy({
    name,
    validator: { validate: (value: unknown) => typeof value === 'string' && check(value), defaultMessage: () => message },
  });
const IsTheatreTime = text('isTheatreTime', isTheatreTime, 'must be an ISO 8601 time, with an offset or in the theatre’s local time');
const IsOffsetTime = text('isOffsetTime', isOffsetTime, 'must be an ISO 8601 time with an offset');
const IsCalendarDay = text('isCalendarDay', isCalendarDay, 'must be a calendar day as YYYY-MM-DD');

/** Minor units of the theatre's currency for every category the room has; others are ignored. 0 is free. */
export class PricesRequest {
  /** @example 1200 */
  @MayBeLeftOut()
  @IsInt()
  @Min(0)
  standard?: number;

  /** @example 1500 */
  @MayBeLeftOut()
  @IsInt()
  @Min(0)
  premium?: number;
}

export class ScheduleShowtimeRequest {
  /** @example "019a9d1e-7d20-7b11-8e2d-1b7e5e3b9c22" */
  @LowerCased()
  @IsUUID('all')
  movieId!: string;

  /** @example "019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b12" */
  @LowerCased()
  @IsUUID('all')
  roomId!: string;

  /**
   * ISO 8601 with an offset, or without one in the theatre's local time.
   * @example "2026-12-24T20:15:00"
   */
  @IsTheatreTime()
  startsAt!: string;

  @IsObject()
  @ValidateNested()
  @Type(() => PricesRequest)
  prices!: PricesRequest;

  /**
   * Seats can be held from then on; at once when left out. As `startsAt`.
   * @example "2026-12-01T10:00:00"
   */
  @MayBeNull()
  @IsTheatreTime()
  salesOpenAt?: string | null;
}

/** What is left out stays as it is. */
export class ChangeShowtimeRequest {
  /**
   * Only while nobody holds a seat.
   * @example "019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b12"
   */
  @MayBeLeftOut()
  @LowerCased()
  @IsUUID('all')
  roomId?: string;

  /**
   * Only while nobody holds a seat.
   * @example "2026-12-24T21:00:00"
   */
  @MayBeLeftOut()
  @IsTheatreTime()
  startsAt?: string;

  /** For holds from now on; a category that is left out keeps its price. */
  @MayBeLeftOut()
  @IsObject()
  @ValidateNested()
  @Type(() => PricesRequest)
  prices?: PricesRequest;

  /**
   * Null opens sales at once.
   * @example "2026-12-01T10:00:00"
   */
  @MayBeNull()
  @IsTheatreTime()
  salesOpenAt?: string | null;
}

export class CancelShowtimeRequest {
  /**
   * Told to those who had seats.
   * @example "The projector is broken."
   */
  @MayBeLeftOut()
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  reason?: string;
}

export class ShowtimeListRequest extends PageRequest {
  /**
   * Each theatre's local day.
   * @example "2026-12-24"
   */
  @MayBeLeftOut()
  @IsCalendarDay()
  date?: string;

  @MayBeLeftOut()
  @IsUUID('all')
  theatreId?: string;

  @MayBeLeftOut()
  @IsUUID('all')
  roomId?: string;

  @MayBeLeftOut()
  @IsUUID('all')
  movieId?: string;

  /**
   * Starting then or later. Without `date` and `from`: what has not begun.
   * @example "2026-12-24T00:00:00Z"
   */
  @MayBeLeftOut()
  @PlusRestored()
  @IsOffsetTime()
  from?: string;

  /**
   * Starting before then.
   * @example "2026-12-25T00:00:00Z"
   */
  @MayBeLeftOut()
  @PlusRestored()
  @IsOffsetTime()
  to?: string;

  /** What takes place, or what was cancelled. */
  @IsIn(['scheduled', 'cancelled'])
  status: 'scheduled' | 'cancelled' = 'scheduled';
}

export class ShowtimeMovieResponse {
  /** @example "019a9d1e-7d20-7b11-8e2d-1b7e5e3b9c22" */
  id!: string;
  /** @example "Arrival" */
  title!: string;
  /** @example 116 */
  runtimeMinutes!: number;
}

export class ShowtimeTheatreResponse {
  /** @example "019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11" */
  id!: string;
  /** @example "Lichtburg" */
  name!: string;
  /** @example "Europe/Berlin" */
  timeZone!: string;
}

export class ShowtimeRoomResponse {
  /** @example "019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b12" */
  id!: string;
  /** @example "Room 1" */
  name!: string;
}

/** A price for every category the room has. */
export class ShowtimePricesResponse {
  /** @example { "amount": 1200, "currency": "EUR" } */
  standard?: MoneyView;
  /** @example { "amount": 1500, "currency": "EUR" } */
  premium?: MoneyView;
}

export class ShowtimeResponse {
  /** @example "019a9d1e-8e31-7c22-9f3e-2c8f6f4cad33" */
  id!: string;
  /** @example "scheduled" */
  status!: 'scheduled' | 'cancelled';
  movie!: ShowtimeMovieResponse;
  theatre!: ShowtimeTheatreResponse;
  room!: ShowtimeRoomResponse;
  /** @example "2026-12-24T19:15:00.000Z" */
  startsAt!: string;
  /**
   * On the theatre's wall clock.
   * @example "2026-12-24T20:15:00"
   */
  startsAtLocal!: string;
  /** @example "2026-12-24T21:11:00.000Z" */
  endsAt!: string;
  prices!: ShowtimePricesResponse;
  /** @example 8 */
  seatsLeft!: number;
  /**
   * Null: on sale.
   * @example "2026-12-01T09:00:00.000Z"
   */
  salesOpenAt!: string | null;
}

export class ShowtimeListResponse {
  data!: ShowtimeResponse[];
  page!: PageInfo;
}
