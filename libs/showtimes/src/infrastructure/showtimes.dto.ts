import { ApiProperty } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsIn, IsInt, IsObject, IsUUID, Min, ValidateBy, ValidateIf, ValidateNested } from 'class-validator';
import { MayBeLeftOut } from '@app/platform/http/may-be-left-out.js';
import { DryRunRequest } from '@app/platform/http/dry-run.dto.js';
import { IsOffsetTime } from '@app/platform/http/offset-time.js';
import { PageRequest } from '@app/platform/http/page.dto.js';
import { MAX_ROWS } from './schedule-file/limits.js';
import { isCalendarDay, isTheatreTime } from './temporal-theatre-time.js';
import { IdList, ValueList } from '@app/platform/http/query-list.js';
import { Text } from '@app/platform/http/text.js';

const LowerCased = () => Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value));
/** In a query string an unescaped `+` arrives as a space. */
const PlusRestored = () =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.replace(/ (?=\d\d:\d\d$)/, '+') : value));
const MayBeNull = () => ValidateIf((_, value: unknown) => value !== undefined && value !== null);

const text = (name: string, check: (value: string) => boolean, message: string) => (): PropertyDecorator =>
  ValidateBy({
    name,
    validator: { validate: (value: unknown) => typeof value === 'string' && check(value), defaultMessage: () => message },
  });
const IsTheatreTime = text('isTheatreTime', isTheatreTime, 'must be an ISO 8601 time, with an offset or in the theatre’s local time');
const IsCalendarDay = text('isCalendarDay', isCalendarDay, 'must be a calendar day as YYYY-MM-DD');

/**
 * A price for every category of the room, in the theatre's currency and in minor units as Stripe counts them: 1250 is 12.50 EUR, 1250 JPY, 1.250 KWD;
 * 125000 is 1250 ISK, 1250 UGX, 1250 HUF. An amount that the currency cannot express is refused: one of ISK or UGX that is no multiple of 100, one with
 * three decimals (BHD, JOD, KWD, OMR, TND) that does not end in 0. Other categories are ignored. 0 is free.
 */
class PricesRequest {
  /**
   * Minor units as Stripe counts them: 1200 is 12.00 EUR or 1200 JPY; 120000 is 1200 ISK.
   * @example 1200
   */
  @MayBeLeftOut()
  @IsInt()
  @Min(0)
  standard?: number;

  /**
   * Minor units as Stripe counts them: 1500 is 15.00 EUR or 1500 JPY; 150000 is 1500 ISK.
   * @example 1500
   */
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
   * From when seats can be held, written as `startsAt`. At once when left out.
   * @example "2026-12-01T10:00:00"
   */
  @MayBeNull()
  @IsTheatreTime()
  salesOpenAt?: string | null;
}

/** What is left out stays as it is. */
export class ChangeShowtimeRequest {
  /**
   * Only while no seat is taken.
   * @example "019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b12"
   */
  @MayBeLeftOut()
  @LowerCased()
  @IsUUID('all')
  roomId?: string;

  /**
   * Only while no seat is taken.
   * @example "2026-12-24T21:00:00"
   */
  @MayBeLeftOut()
  @IsTheatreTime()
  startsAt?: string;

  /** For holds from now on. A category that is left out keeps its price. */
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

/** A showtime of a schedule. */
class ScheduleRowRequest {
  /**
   * Id of the movie, or its title where no other movie has it.
   * @example "Arrival"
   */
  @ApiProperty({ minLength: 1, maxLength: 300 })
  movie!: string;

  /**
   * Id or name of the theatre. May be left out where `room` is an id.
   * @example "Lichtburg"
   */
  @ApiProperty({ minLength: 1, maxLength: 300, required: false })
  theatre?: string;

  /**
   * Id of the room, or its name in the theatre.
   * @example "Room 1"
   */
  @ApiProperty({ minLength: 1, maxLength: 300 })
  room!: string;

  /**
   * ISO 8601 with an offset, or without one in the theatre's local time. A local time that the clocks skip or repeat is refused.
   * @example "2026-12-24T20:15"
   */
  @ApiProperty({ minLength: 16, maxLength: 40 })
  startsAt!: string;

  prices!: PricesRequest;

  /**
   * From when seats can be held, written as `startsAt`. At once when left out or null.
   * @example "2026-12-01T10:00"
   */
  @ApiProperty({ type: String, nullable: true, minLength: 16, maxLength: 40, required: false })
  salesOpenAt?: string | null;
}

/** The document's part of `POST /showtimes/import`; `readJsonSchedule` reads it, because the answer names all faults of all rows. */
export class ImportScheduleRequest {
  /** The showtimes, in any order. */
  @ApiProperty({ type: [ScheduleRowRequest], minItems: 1, maxItems: MAX_ROWS })
  showtimes!: ScheduleRowRequest[];
}

export class CancelShowtimeRequest extends DryRunRequest {
  /**
   * The reason for the customers who had seats.
   * @example "The projector is broken."
   */
  @MayBeLeftOut()
  @Text({ max: 200, optional: true })
  reason?: string;
}

export class ShowtimesRequest extends PageRequest {
  /**
   * Each theatre's local day.
   * @example "2026-12-24"
   */
  @MayBeLeftOut()
  @IsCalendarDay()
  date?: string;

  /** Theatres: one id, or up to 20 separated by commas. */
  @IdList()
  theatreId?: string[];

  /** Rooms: one id, or up to 20 separated by commas. */
  @IdList()
  roomId?: string[];

  /** Movies: one id, or up to 20 separated by commas. */
  @IdList()
  movieId?: string[];

  /**
   * The start is then or later. Without `date` and `from`: showtimes that have not started.
   * @example "2026-12-24T00:00:00Z"
   */
  @MayBeLeftOut()
  @PlusRestored()
  @IsOffsetTime()
  from?: string;

  /**
   * The start is before then.
   * @example "2026-12-25T00:00:00Z"
   */
  @MayBeLeftOut()
  @PlusRestored()
  @IsOffsetTime()
  to?: string;

  /** By start: `startsAt` is the earliest first, `-startsAt` the latest. A cursor belongs to the order that it was made in. */
  @IsIn(['startsAt', '-startsAt'])
  sort: 'startsAt' | '-startsAt' = 'startsAt';

  /** Whether the showtime takes place or was cancelled, or both, separated by commas. */
  @ValueList(['scheduled', 'cancelled'], { usual: ['scheduled'] })
  status: readonly ('scheduled' | 'cancelled')[] = ['scheduled'];
}
