import { ApiProperty } from '@nestjs/swagger';
import type { ReservationsEffect } from '@app/contracts/reservations.js';
import { DryRunEventsView, DryRunRefusalView } from '@app/platform/http/dry-run.view.js';
import { MoneyView } from '@app/platform/http/money.view.js';

/** Where no reservation is touched. */
export const UNTOUCHED: ReservationsEffect = {
  byStatus: { held: 0, confirmed: 0, completed: 0, cancelled: 0 },
  seats: 0,
  refunds: [],
  events: [],
};

/** Another showtime in the same room. */
class DryRunOverlapView {
  /** Its id. */
  @ApiProperty({ format: 'uuid', example: '019a9d1e-8e31-7c22-9f3e-2c8f6f4cad34' })
  id!: string;
  /** When it starts. */
  @ApiProperty({ format: 'date-time', example: '2026-12-24T18:00:00.000Z' })
  startsAt!: string;
  /** When it ends. */
  @ApiProperty({ format: 'date-time', example: '2026-12-24T20:00:00.000Z' })
  endsAt!: string;
}

/** Reservations by the status that they have now. */
class ShowtimeDryRunStatusesView {
  /**
   * Not paid yet.
   * @example 1
   */
  held!: number;
  /**
   * Paid.
   * @example 2
   */
  confirmed!: number;
  /**
   * Their showtime is over.
   * @example 0
   */
  completed!: number;
  /**
   * Cancelled before, and something of what was paid was kept.
   * @example 1
   */
  cancelled!: number;
}

class ShowtimeDryRunReservationsView {
  /**
   * How many are touched.
   * @example 4
   */
  count!: number;
  byStatus!: ShowtimeDryRunStatusesView;
}

/** What a request would do. Nothing was done. */
export class ShowtimeDryRunView {
  /**
   * True: this answer is of a dry run.
   * @example true
   */
  dryRun!: true;
  /**
   * Whether the request would be done.
   * @example true
   */
  possible!: boolean;
  /** Why it would be refused; null where it would be done. */
  refusal!: DryRunRefusalView | null;
  /** Showtimes that are in the way, a hundred at most. */
  @ApiProperty({ type: [DryRunOverlapView], maxItems: 100 })
  overlaps!: DryRunOverlapView[];
  /**
   * Showtimes that would be cancelled, moved or changed.
   * @example 1
   */
  showtimes!: number;
  reservations!: ShowtimeDryRunReservationsView;
  /**
   * Seats of the reservations that are touched and not cancelled.
   * @example 5
   */
  seats!: number;
  /** Money that would be given back, a sum for each currency. */
  @ApiProperty({ type: [MoneyView], maxItems: 200 })
  refunds!: MoneyView[];
  /** Events that would be published before Stripe is asked; those of submitted and returned refunds follow. */
  @ApiProperty({ type: [DryRunEventsView], maxItems: 20 })
  events!: DryRunEventsView[];
}
