/** Request and response of the clock routes. */
import { ApiProperty } from '@nestjs/swagger';
import { IsNumber, Max, Min } from 'class-validator';

export class AdvanceClockRequest {
  /**
   * Minutes to move the clock ahead; fractions are allowed.
   * @example 31
   */
  @IsNumber()
  @ApiProperty({ format: 'double' })
  @Min(0)
  @Max(527_040)
  minutes!: number;
}

export class ClockResponse {
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
