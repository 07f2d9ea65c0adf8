import { ApiProperty } from '@nestjs/swagger';
import { MAX_FAULTS_LISTED } from '../../domain/errors.js';

/** What is wrong with a row of a schedule. */
export class ScheduleFaultView {
  /**
   * The line of a CSV or NDJSON body, from 1, as an editor counts. Null in JSON.
   * @example 12
   */
  line!: number | null;
  /**
   * JSON pointer (RFC 6901) into the body. Null in CSV and NDJSON.
   * @example null
   */
  pointer!: string | null;
  /**
   * The column of a CSV body, or the field. Null: the whole row, or the body.
   * @example "startsAt"
   */
  field!: string | null;
  /**
   * A code for programs: that of a refusal, or the rule of a field.
   * @example "showtimes.overlap"
   */
  rule!: string;
  /**
   * What is wrong, as a sentence.
   * @example "It overlaps in this room with line 11, its cleaning included."
   */
  message!: string;
}

/** A showtime that is there already, and differs from the row. It stays as it is. */
export class ScheduleDifferenceView {
  /**
   * The line of a CSV or NDJSON body, from 1, as an editor counts. Null in JSON.
   * @example 12
   */
  line!: number | null;
  /**
   * JSON pointer (RFC 6901) into the body. Null in CSV and NDJSON.
   * @example null
   */
  pointer!: string | null;
  /**
   * The showtime.
   * @example "019a9d1e-8e31-7c22-9f3e-2c8f6f4cad33"
   */
  showtimeId!: string;
  /** What differs. `status`: the showtime is cancelled. */
  @ApiProperty({
    enum: ['prices', 'salesOpenAt', 'status'],
    enumName: 'ScheduleDifference',
    isArray: true,
    maxItems: 3,
    example: ['prices'],
  })
  fields!: ('prices' | 'salesOpenAt' | 'status')[];
}

/** What an import did; after a dry run, what it would do. */
export class ScheduleImportView {
  /**
   * True: nothing was done.
   * @example false
   */
  dryRun!: boolean;
  /**
   * Whether the schedule has no fault.
   * @example true
   */
  possible!: boolean;
  /**
   * Showtimes that were added.
   * @example 41
   */
  added!: number;
  /**
   * Rows whose showtime was there already: the same movie, room and start.
   * @example 1
   */
  alreadyThere!: number;
  /**
   * How many showtimes that were there already differ.
   * @example 0
   */
  differenceCount!: number;
  /** Showtimes that were there already and differ: the first 500. They stay as they are. */
  @ApiProperty({ type: [ScheduleDifferenceView], maxItems: MAX_FAULTS_LISTED })
  differences!: ScheduleDifferenceView[];
  /**
   * How many faults the schedule has. After an import 0.
   * @example 0
   */
  faultCount!: number;
  /** The faults in the order of the file, after a dry run: the first 500. */
  @ApiProperty({ type: [ScheduleFaultView], maxItems: MAX_FAULTS_LISTED, example: [] })
  faults!: ScheduleFaultView[];
}

/** Without what only the audit trail has. */
export function scheduleImportView(imported: ScheduleImportView): ScheduleImportView {
  const { dryRun, possible, added, alreadyThere, differenceCount, differences, faultCount, faults } = imported;
  return { dryRun, possible, added, alreadyThere, differenceCount, differences, faultCount, faults };
}
