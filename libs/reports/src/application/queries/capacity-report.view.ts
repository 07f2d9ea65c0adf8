import { ApiProperty } from '@nestjs/swagger';
import { PageInfo } from '@app/platform/http/page.view.js';

/** How full one showtime is. */
export class ShowtimeCapacityView {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b14" */
  showtimeId!: string;
  /** @example "2026-11-21T19:00:00.000Z" */
  startsAt!: string;
  /** @example "2026-11-21T20:00:00" */
  startsAtLocal!: string;
  /** @example "Metropolis" */
  movie!: string;
  /** @example "Lichtburg" */
  theatre!: string;
  /**
   * Seats of the room.
   * @example 120
   */
  capacity!: number;
  /**
   * Seats of confirmed and completed reservations.
   * @example 84
   */
  seatsSold!: number;
  /**
   * `seatsSold` divided by `capacity`, 0 to 1.
   */
  @ApiProperty({ type: Number, format: 'double', minimum: 0, maximum: 1, example: 0.7 })
  occupancy!: number;
}

export class CapacityReportResponse {
  data!: ShowtimeCapacityView[];
  page!: PageInfo;
}
