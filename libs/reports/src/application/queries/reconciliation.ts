import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { PaymentAccountsBetween, PaymentAccountsOf, StripeDifferencesBetween } from '@app/contracts/payment-accounts.js';
import { ReservationAccountsOf, ReservationsConfirmedBetween, SeatDifferencesOf } from '@app/contracts/reservation-accounts.js';
import { Clock } from '@app/kernel/clock.js';
import { DAY_MS } from '@app/kernel/durations.js';
import { NIL_UUID } from '@app/kernel/id.js';
import { addMs } from '@app/kernel/instants.js';
import { Database } from '@app/platform/persistence/database.js';
import { type Gap, paymentGaps, seatGap, stripeGap, ticketGaps, UNDER_WAY_MS } from '../../domain/gaps.js';
import { assertPeriod, MAX_RECONCILED_DAYS, type Period } from '../../domain/period.js';
import type { GapView, ReconciliationResponse } from './reconciliation.view.js';

/** Rows of one question. Each page costs a question a context, never one a row. */
const PAGE_ROWS = 1_000;
/** As many as a person looks at. */
const MAX_GAPS = 1_000;
const MAX_UUID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** ISO instants; `until` itself is left out. */
interface Range {
  readonly from: string;
  readonly until: string;
}

/**
 * Compares what Stripe said with payments, payments with reservations, and reservations with seats. Stripe is not asked: its messages are kept.
 * The days are those of UTC. Throws `PeriodReversed` and `PeriodTooLong`.
 */
export class Reconciliation extends Query<ReconciliationResponse> {
  constructor(readonly period: Period) {
    super();
  }
}

@QueryHandler(Reconciliation)
export class ReconciliationHandler implements IQueryHandler<Reconciliation> {
  constructor(
    private readonly queries: QueryBus,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async execute({ period }: Reconciliation): Promise<ReconciliationResponse> {
    assertPeriod(period, MAX_RECONCILED_DAYS);
    const asOf = addMs(this.clock.now(), -UNDER_WAY_MS);
    const range = rangeOf(period);
    const settled = { ...range, until: range.until < asOf.toISOString() ? range.until : asOf.toISOString() };
    const gaps: Gap[] = [];
    const checked = {
      stripeEvents: await this.compareStripe(settled, gaps),
      payments: await this.comparePayments(range, asOf, gaps),
      tickets: await this.compareTickets(range, gaps),
      showtimes: await this.compareSeats(range, gaps),
    };
    const data = gaps.slice(0, MAX_GAPS) as GapView[];
    return { checked, asOf: asOf.toISOString(), data, hasMore: gaps.length > MAX_GAPS };
  }

  private async compareStripe({ from, until }: Range, gaps: Gap[]): Promise<number> {
    if (until <= from) return 0;
    const { differences, checked } = await this.queries.execute(new StripeDifferencesBetween(from, until, MAX_GAPS + 1));
    gaps.push(...differences.map(stripeGap));
    return checked;
  }

  private async comparePayments({ from, until }: Range, asOf: Date, gaps: Gap[]): Promise<number> {
    let after = { createdAt: before(from), paymentId: MAX_UUID };
    for (let checked = 0; ;) {
      const page = await this.queries.execute(new PaymentAccountsBetween(after, until, PAGE_ROWS));
      const reservationIds = [...new Set(page.map(({ reservationId }) => reservationId))];
      const accounts = await this.queries.execute(new ReservationAccountsOf(reservationIds));
      const reservations = new Map(accounts.map((account) => [account.reservationId, account]));
      for (const payment of page) gaps.push(...paymentGaps(payment, reservations.get(payment.reservationId), asOf));
      checked += page.length;
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE_ROWS || gaps.length > MAX_GAPS) return checked;
      after = { createdAt: last.createdAt, paymentId: last.paymentId };
    }
  }

  private async compareTickets({ from, until }: Range, gaps: Gap[]): Promise<number> {
    let after = { confirmedAt: before(from), reservationId: MAX_UUID };
    for (let checked = 0; ;) {
      const page = await this.queries.execute(new ReservationsConfirmedBetween(after, before(until), PAGE_ROWS));
      const reservations = await this.queries.execute(new ReservationAccountsOf(page.map(({ reservationId }) => reservationId)));
      const accounts = await this.queries.execute(new PaymentAccountsOf(reservations.flatMap(({ paymentId }) => paymentId ?? [])));
      const payments = new Map(accounts.map((account) => [account.paymentId, account]));
      for (const reservation of reservations) gaps.push(...ticketGaps(reservation, payments.get(reservation.paymentId ?? NIL_UUID)));
      checked += page.length;
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE_ROWS || gaps.length > MAX_GAPS) return checked;
      after = { confirmedAt: last.confirmedAt, reservationId: last.reservationId };
    }
  }

  private async compareSeats({ from, until }: Range, gaps: Gap[]): Promise<number> {
    const showtimes = await this.database.query<{ showtimeId: string }>(
      `SELECT showtime_id FROM reports.showtimes WHERE starts_at >= $1 AND starts_at < $2 ORDER BY starts_at, showtime_id`,
      [from, until],
    );
    for (let first = 0; first < showtimes.length && gaps.length <= MAX_GAPS; first += PAGE_ROWS) {
      const ids = showtimes.slice(first, first + PAGE_ROWS).map(({ showtimeId }) => showtimeId);
      gaps.push(...(await this.queries.execute(new SeatDifferencesOf(ids, MAX_GAPS + 1))).map(seatGap));
    }
    return showtimes.length;
  }
}

/** Nothing starts after it, and PostgreSQL reads no year of five digits. */
const LAST_INSTANT = '9999-12-31T23:59:59.999Z';

function rangeOf({ from, to }: Period): Range {
  const until = Math.min(Date.parse(to) + DAY_MS, Date.parse(LAST_INSTANT));
  return { from: new Date(from).toISOString(), until: new Date(until).toISOString() };
}

/** The instant before: a page begins after its position. Instants have milliseconds. */
function before(instant: string): string {
  return new Date(Date.parse(instant) - 1).toISOString();
}
