/** How far the clock is moved. */
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
