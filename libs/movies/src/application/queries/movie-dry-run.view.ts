import { ApiProperty } from '@nestjs/swagger';
import { DryRunEventsView, DryRunRefusalView } from '@app/platform/http/dry-run.view.js';
import { MoneyView } from '@app/platform/http/money.view.js';

/** A showtime that would still occupy its room at the start of the next one there. */
export class ShowtimeOverlappingByRuntimeView {
  /** @example "019a9d1e-8e31-7c22-9f3e-2c8f6f4cad33" */
  id!: string;
  /** @example "2026-12-24T17:00:00.000Z" */
  startsAt!: string;
  /**
   * With the new runtime.
   * @example "2026-12-24T20:00:00.000Z"
   */
  endsAt!: string;
  /**
   * The end and the cleaning.
   * @example "2026-12-24T20:15:00.000Z"
   */
  roomFreeAt!: string;
  /** @example { "id": "019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b12", "name": "Room 1" } */
  room!: { id: string; name: string };
  /**
   * The next showtime of the room.
   * @example { "id": "019a9d1e-8e31-7c22-9f3e-2c8f6f4cad34", "startsAt": "2026-12-24T19:15:00.000Z" }
   */
  next!: { id: string; startsAt: string };
}

/** Reservations by the status that they have now. */
class MovieDryRunStatusesView {
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

class MovieDryRunReservationsView {
  /**
   * How many are touched.
   * @example 4
   */
  count!: number;
  byStatus!: MovieDryRunStatusesView;
}

/** What a request would do. Nothing was done. */
export class MovieDryRunView {
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
  @ApiProperty({ type: [ShowtimeOverlappingByRuntimeView], maxItems: 100 })
  overlaps!: ShowtimeOverlappingByRuntimeView[];
  /**
   * Showtimes that would be cancelled, moved or changed.
   * @example 1
   */
  showtimes!: number;
  reservations!: MovieDryRunReservationsView;
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
