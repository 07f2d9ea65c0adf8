/** The time of the system. */
import { ApiProperty } from '@nestjs/swagger';

export class ClockView {
  /**
   * The time that the system uses.
   * @example "2026-11-21T19:00:00.000Z"
   */
  now!: string;
  /**
   * Seconds that the clock is ahead of real time; 0 when it was not moved.
   * @example 1860
   */
  @ApiProperty({ format: 'double' })
  offsetSeconds!: number;
}
