import { ApiProperty } from '@nestjs/swagger';

/** What became of the reservations of a showtime whose customers did not come. */
export class NoShowsView {
  /**
   * Id of the showtime.
   * @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b14"
   */
  @ApiProperty({ format: 'uuid' })
  showtimeId!: string;
  /**
   * Reservations that were marked now. 0 when the request is repeated.
   * @example 3
   */
  @ApiProperty({ minimum: 0 })
  marked!: number;
}
