import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsInt, IsObject, IsString, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import { MayBeLeftOut } from '@app/platform/http/may-be-left-out.js';
import { PageRequest } from '@app/platform/http/page.dto.js';
import { IdList, ValueList } from '@app/platform/http/query-list.js';
import { InvalidInput } from '@app/platform/http/problems/http-errors.js';
import { MAX_COLUMNS, MAX_ROWS, type PlanRequest } from '../domain/seat-plan.js';
import { Text } from '@app/platform/http/text.js';

const MAX_NAME_CHARACTERS = 100;
const MAX_CLEANING_MINUTES = 240;

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
   * One string for each row, from the screen to the back: `s` standard, `p` premium, `w` accessible, `c` companion beside a `w`, `.` gap. Short rows end in gaps.
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

/** Returns the one form that was given. Throws `InvalidInput` for both or none. `pointer` is the place of the plan in the body. */
export function planRequestOf({ rows, seatsPerRow, layout }: SeatPlanRequest, { pointer }: { pointer: string }): PlanRequest {
  if (layout !== undefined && rows === undefined && seatsPerRow === undefined) return { layout };
  if (layout === undefined && rows !== undefined && seatsPerRow !== undefined) return { rows, seatsPerRow };
  throw new InvalidInput([{ pointer, rule: 'oneOf', message: 'needs either rows and seatsPerRow, or layout' }]);
}

export class OpenRoomRequest {
  /** @example "Room 1" */
  @Text({ max: MAX_NAME_CHARACTERS, form: 'one-line' })
  name!: string;

  @IsObject()
  @ValidateNested()
  @Type(() => SeatPlanRequest)
  seatPlan!: SeatPlanRequest;

  /**
   * Minutes between the end of a showtime and the next start.
   * @example 15
   */
  @IsInt()
  @Min(0)
  @Max(MAX_CLEANING_MINUTES)
  cleaningMinutes: number = 15;
}

/** What is left out stays as it is. */
export class ChangeRoomRequest {
  /** @example "Room 1" */
  @MayBeLeftOut()
  @Text({ max: MAX_NAME_CHARACTERS, form: 'one-line', optional: true })
  name?: string;

  /**
   * Showtimes that have not started follow. Refused when one would overlap with the next of the room.
   * @example 20
   */
  @MayBeLeftOut()
  @IsInt()
  @Min(0)
  @Max(MAX_CLEANING_MINUTES)
  cleaningMinutes?: number;
}

export class RoomsRequest extends PageRequest {
  /** Theatres: one id, or up to 20 separated by commas. */
  @IdList()
  theatreId?: string[];

  /** Whether the room is open or closed, or both, separated by commas. */
  @ValueList(['open', 'closed'], { usual: ['open'] })
  status: readonly ('open' | 'closed')[] = ['open'];
}
