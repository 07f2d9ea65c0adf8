/** Parts of the answer to `?dryRun=true` that are the same in every context. */
import { ApiProperty } from '@nestjs/swagger';

export class DryRunRefusalView {
  /** The code of the problem that the request would be answered with. */
  @ApiProperty({ example: 'movies.has-showtimes', maxLength: 100 })
  code!: string;
  /** The reason as a sentence for people. */
  @ApiProperty({ example: 'The movie has showtimes ahead.', maxLength: 1_000 })
  message!: string;
}

export class DryRunEventsView {
  /** Type of the event. */
  @ApiProperty({ example: 'showtimes.showtime-cancelled.v1', maxLength: 100 })
  type!: string;
  /**
   * How many of them.
   * @example 1
   */
  count!: number;
}
