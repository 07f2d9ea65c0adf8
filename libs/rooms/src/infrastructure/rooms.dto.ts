import { ApiProperty } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsString,
  IsUUID,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { PageRequest } from '@app/platform/http/page.dto.js';
import { PageInfo } from '@app/platform/http/page.view.js';
import { InvalidInput } from '@app/platform/http/http-errors.js';
import { rowsOfSeats } from '../application/queries/room-view.js';
import { MAX_COLUMNS, MAX_ROWS, type PlanRequest, seatPlanOf } from '../domain/seat-plan.js';

const NAME_MAX = 100;
const CLEANING_MAX = 240;

/** NFC and without spaces around it, so that equal names are equal bytes. */
const Trimmed = () =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.normalize('NFC').trim().replaceAll(/\s+/g, ' ') : value));
/** May be left out, but not null. */
const MayBeLeftOut = () => ValidateIf((_, value: unknown) => value !== undefined);

/** Either `rows` and `seatsPerRow`, or `layout`. A room has at most 50 rows, 60 columns and 1,000 seats. */
export class SeatPlanRequest {
  @MayBeLeftOut()
  @IsInt()
  @Min(1)
  @Max(MAX_ROWS)
  rows?: number;

  @MayBeLeftOut()
  @IsInt()
  @Min(1)
  @Max(MAX_COLUMNS)
  seatsPerRow?: number;

  /**
   * One string a row, from the screen: `s` standard, `p` premium, `w` accessible, `c` companion beside a `w`, `.` gap. Short rows end in gaps.
   * @example ["ss.ss", "wc.pp"]
   */
  @MayBeLeftOut()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MAX_ROWS)
  @IsString({ each: true })
  @MaxLength(MAX_COLUMNS, { each: true })
  layout?: string[];
}

/** The one form that was given. Throws `InvalidInput` for both or none; `pointer` is where the plan stands in the body. */
export function planRequestOf({ rows, seatsPerRow, layout }: SeatPlanRequest, pointer: string): PlanRequest {
  if (layout !== undefined && rows === undefined && seatsPerRow === undefined) return { layout };
  if (layout === undefined && rows !== undefined && seatsPerRow !== undefined) return { rows, seatsPerRow };
  throw new InvalidInput([{ pointer, message: 'needs either rows and seatsPerRow, or layout' }]);
}

export class OpenRoomRequest {
  /** @example "Room 1" */
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(NAME_MAX)
  name!: string;

  @IsObject()
  @ValidateNested()
  @Type(() => SeatPlanRequest)
  seatPlan!: SeatPlanRequest;

  /**
   * Kept free after every showtime.
   * @example 15
   */
  @IsInt()
  @Min(0)
  @Max(CLEANING_MAX)
  cleaningMinutes: number = 15;
}

/** What is left out stays as it is. */
export class ChangeRoomRequest {
  /** @example "Room 1" */
  @MayBeLeftOut()
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(NAME_MAX)
  name?: string;

  /**
   * For showtimes scheduled from now on.
   * @example 20
   */
  @MayBeLeftOut()
  @IsInt()
  @Min(0)
  @Max(CLEANING_MAX)
  cleaningMinutes?: number;
}

export class RoomListRequest extends PageRequest {
  /** Rooms of this theatre only. */
  @MayBeLeftOut()
  @IsUUID('all')
  theatreId?: string;

  /** Rooms in use, or those that were closed. */
  @IsIn(['open', 'closed'])
  status: 'open' | 'closed' = 'open';
}

export class TheatreOfRoomResponse {
  /** @example "019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11" */
  id!: string;
  /** @example "Lichtburg" */
  name!: string;
  /** @example "Europe/Berlin" */
  timeZone!: string;
  /** @example "EUR" */
  currency!: string;
}

export class SeatResponse {
  /** @example "A3" */
  label!: string;
  /** @example "A" */
  row!: string;
  /** @example 3 */
  number!: number;
  /**
   * Grid column from 1, gaps counted.
   * @example 4
   */
  column!: number;
  /** @example "standard" */
  category!: 'standard' | 'premium';
  /** @example false */
  accessible!: boolean;
  /** @example false */
  companion!: boolean;
}

export class SeatPlanRowResponse {
  /** @example "A" */
  row!: string;
  seats!: SeatResponse[];
}

export class SeatPlanResponse {
  /** @example 1 */
  version!: number;
  /**
   * As a plan is asked for, rows of one length.
   * @example ["ss.ss", "wc.pp"]
   */
  layout!: string[];
  @ApiProperty({ example: rowsOfSeats(seatPlanOf(['ss.ss', 'wc.pp']).seats) })
  rows!: SeatPlanRowResponse[];
}

export class RoomResponse {
  /** @example "019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b12" */
  id!: string;
  /** @example "open" */
  status!: 'open' | 'closed';
  theatre!: TheatreOfRoomResponse;
  /** @example "Room 1" */
  name!: string;
  /** @example 15 */
  cleaningMinutes!: number;
  /**
   * In the current seat plan.
   * @example 8
   */
  seats!: number;
  /** @example 1 */
  seatPlanVersion!: number;
}

export class RoomDetailResponse extends RoomResponse {
  seatPlan!: SeatPlanResponse;
}

export class RoomListResponse {
  data!: RoomResponse[];
  page!: PageInfo;
}
