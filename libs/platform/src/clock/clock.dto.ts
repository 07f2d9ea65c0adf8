import { ApiProperty } from '@nestjs/swagger';
import { IsNumber, Max, Min } from 'class-validator';

export class AdvanceClockRequest {
  /**
   * Minutes to move ahead; fractions are allowed.
   * @example 31
   */
  @IsNumber()
  @ApiProperty({ format: 'double' })
  @Min(0)
  @Max(527_040)
  minutes!: number;
}

export class ClockResponse {
  /** @example "2026-11-21T19:00:00.000Z" */
  now!: string;
  /** @example 1860 */
  @ApiProperty({ format: 'double' })
  offsetSeconds!: number;
}
