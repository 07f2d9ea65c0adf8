/** Seats sold, and how late holds expire. Holds by outcome are the outcomes of the command `HoldSeats`. */
import { Injectable } from '@nestjs/common';
import { HoldExpired, ReservationCancelled, ReservationConfirmed } from '@app/contracts/reservations.js';
import { Clock } from '@app/kernel/clock.js';
import { Database } from '@app/platform/persistence/database.js';
import { ContextMetrics, onEvent } from '@app/platform/telemetry/context-metrics.js';
import { counter } from '@app/platform/telemetry/metrics.js';

const MAX_COUNTED_ROWS = 10_000;

const SOLD = counter('cinema_seats_sold_total', 'Seats of reservations that were confirmed');
const RETURNED = counter('cinema_seats_returned_total', 'Seats of paid reservations that were cancelled');
const UNPAID = counter(
  'cinema_seats_unpaid_total',
  'Seats of holds that expired or that their customers cancelled: nobody could buy them meanwhile',
);

@Injectable()
export class ReservationsMetrics extends ContextMetrics {
  override readonly events = [
    onEvent(ReservationConfirmed, ({ seats }) => SOLD.inc(seats.length)),
    onEvent(ReservationCancelled, ({ seats, paymentId, by }) => {
      if (paymentId !== null) RETURNED.inc(seats.length);
      else if (by === 'customer') UNPAID.inc(seats.length);
    }),
    onEvent(HoldExpired, ({ seats }) => UNPAID.inc(seats.length)),
  ];
  readonly #overdue = this.gauge('cinema_holds_overdue', 'Holds past their time that are not expired yet; 10,000 is that many or more');
  readonly #lag = this.gauge('cinema_holds_expiry_lag_seconds', 'How far the oldest hold is past its time; 0: none is');

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    super();
  }

  async measure(): Promise<void> {
    const [row] = await this.database.query<{ count: number; lagSeconds: number | null }>(
      `SELECT count(*)::int, extract(epoch FROM $1::timestamptz - min(held_until))::float AS lag_seconds FROM (
         SELECT held_until FROM reservations.reservations WHERE status = 'held' AND held_until < $1 ORDER BY held_until LIMIT $2) AS overdue`,
      [this.clock.now(), MAX_COUNTED_ROWS],
    );
    this.#overdue.set(row?.count ?? 0);
    this.#lag.set(row?.lagSeconds ?? 0);
  }
}
