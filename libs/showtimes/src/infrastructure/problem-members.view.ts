import { ApiProperty } from '@nestjs/swagger';
import { ScheduleFaultView } from '../application/queries/schedule-import.view.js';
import { MAX_FAULTS_LISTED } from '../domain/errors.js';

/** Members that refusals of showtimes add to a problem. */
class ConflictingShowtimeView {
  /** @example "019a9d1e-8e31-7c22-9f3e-2c8f6f4cad33" */
  id!: string;
  /** @example "2026-12-24T19:15:00.000Z" */
  startsAt!: string;
  /** @example "2026-12-24T21:11:00.000Z" */
  endsAt!: string;
}

export class ShowtimeProblemMembers {
  /** How many faults the schedule has, on `showtimes.schedule-refused`. */
  faultCount?: number;
  /** The faults in the order of the file, the first 500, on `showtimes.schedule-refused`. */
  @ApiProperty({ type: [ScheduleFaultView], required: false, maxItems: MAX_FAULTS_LISTED })
  faults?: ScheduleFaultView[];
  /** The other showtime, on `showtimes.overlap`. */
  conflictingShowtime?: ConflictingShowtimeView;
  /** Seats that are held or sold, on `showtimes.seats-taken`. */
  seatsTaken?: number;
  /** The category of seats whose price is missing or refused. */
  category?: 'standard' | 'premium';
  /** ISO 4217, on `showtimes.price-refused`. */
  currency?: string;
  /** The lowest price apart from 0, in minor units, on `showtimes.price-refused`. */
  minimum?: number;
  /** The highest price, in minor units, on `showtimes.price-refused`. */
  maximum?: number;
  /** Prices are multiples of it, in minor units, on `showtimes.price-refused`. */
  multipleOf?: number;
}
