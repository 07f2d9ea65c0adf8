/** Reservations for specs: the module's own handlers on stores in memory, and payments that answer from a list. */
import type { Command, Query } from '@nestjs/cqrs';
import {
  KeptMoneyOf,
  PaymentsSettledBetween,
  RefundsThatWouldBeRequested,
  SettledPaymentsByIds,
  SettledPaymentsOf,
  type SettledPaymentView,
} from '@app/contracts/payments.js';
import { ShowtimeStatuses, type ShowtimeStatusView } from '@app/contracts/showtimes.js';
import { HasRight } from '@app/contracts/auth.js';
import { Alerts } from '@app/kernel/alerts.js';
import { type AdminCommand, AuditTrail } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { newId } from '@app/kernel/id.js';
import type { MoneyJson } from '@app/kernel/money.js';
import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { InMemoryAlerts } from '@app/kernel/testing/in-memory-alerts.js';
import { InMemoryAuditTrail } from '@app/kernel/testing/in-memory-audit-trail.js';
import { Environment } from '@app/platform/config/environment.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { InMemoryBus } from '@app/platform/testing/in-memory-bus.js';
import { HoldSeats } from '../application/commands/hold-seats.js';
import { SettlementService } from '../application/settlement-service.js';
import { BookingPolicy } from '../domain/booking-policy.js';
import { CancellationRuns } from '../domain/cancellation-runs.js';
import type { Reservation } from '../domain/reservation.js';
import { Reservations } from '../domain/reservations.js';
import { Seatings } from '../domain/seatings.js';
import { SettlementWatermark } from '../domain/settlement-watermark.js';
import { reservationsHandlers, reservationsJobs, reservationsReactions, reservationsServices } from '../application/handlers.js';
import { ReservationsSettings } from '../reservations.settings.js';
import { aPayment, aSeating, type HoldOptions, NOW, POLICY, storeHold } from './builders.js';
import { InMemoryCancellationRuns } from './in-memory-cancellation-runs.js';
import { InMemoryReservations } from './in-memory-reservations.js';
import { InMemorySeatings } from './in-memory-seatings.js';
import { InMemorySettlementWatermark } from './in-memory-settlement-watermark.js';

export class ReservationsHarness {
  readonly clock = new FixedClock(NOW);
  readonly alerts = new InMemoryAlerts();
  readonly audit = new InMemoryAuditTrail();
  readonly reservations = new InMemoryReservations();
  readonly runs = new InMemoryCancellationRuns(this.reservations);
  readonly watermark = new InMemorySettlementWatermark(this.reservations);
  readonly seatings = new InMemorySeatings();

  /** The payments that have succeeded, as payments answers them. */
  readonly settledPayments: SettledPaymentView[] = [];
  /** The captured money of payments, and what of it went back apart from what is owed. */
  readonly capturedMoney: { readonly paymentId: string; readonly captured: MoneyJson; readonly refunded: MoneyJson }[] = [];
  /** What became of showtimes, as showtimes answers it. Others are as they were scheduled. */
  readonly showtimes = new Map<string, ShowtimeStatusView>();
  /** Users who may sell. */
  readonly sellers = new Set<string>();
  /** The reservations of each `SettledPaymentsOf`. */
  readonly paymentQueries: (readonly string[])[] = [];
  /** `PaymentsSettledBetween` fails after so many pages. */
  pagesUntilFailure = Infinity;

  readonly bus = new InMemoryBus({
    handlers: [...reservationsServices, ...reservationsHandlers, ...reservationsJobs, ...reservationsReactions, AdminCommands],
    providers: [
      [Clock, this.clock],
      [Alerts, this.alerts],
      [AuditTrail, this.audit],
      [Reservations, this.reservations],
      [CancellationRuns, this.runs],
      [SettlementWatermark, this.watermark],
      [Seatings, this.seatings],
      [BookingPolicy, POLICY],
      [ReservationsSettings, new ReservationsSettings(new Environment({}))],
    ],
  })
    .answer(SettledPaymentsOf, ({ reservationIds }) => this.settledPaymentsOf(reservationIds))
    .answer(SettledPaymentsByIds, ({ paymentIds }) => this.settledPayments.filter(({ paymentId }) => paymentIds.includes(paymentId)))
    .answer(PaymentsSettledBetween, (query) => this.settledBetween(query))
    .answer(KeptMoneyOf, ({ paymentId, owed }) => Math.max(0, this.returnableOf(paymentId) - (owed?.due.amount ?? 0)))
    .answer(RefundsThatWouldBeRequested, ({ owed }) => owed.flatMap((each) => this.refundOf(each)))
    .answer(HasRight, ({ userId }) => this.sellers.has(userId))
    .answer(ShowtimeStatuses, ({ showtimeIds }) => showtimeIds.flatMap((id) => this.showtimes.get(id) ?? []));

  execute<Result>(message: Command<Result> | Query<Result>): Promise<Result> {
    return this.bus.execute(message);
  }

  /** With its audit entry. */
  executeAsAdmin<Result>(command: Command<Result> & AdminCommand<Result>): Promise<Result> {
    return this.bus.get(AdminCommands).execute(command);
  }

  /** A seating that `HoldSeats` finds. */
  createSeating(...own: Parameters<typeof aSeating>): ReturnType<typeof aSeating> {
    return this.seatings.put(aSeating(...own));
  }

  holdSeats(showtimeId: string, seats: readonly string[], customerId = newId()) {
    return this.execute(new HoldSeats(customerId, showtimeId, seats));
  }

  /** A hold that is made now. */
  createHold(own: HoldOptions = {}): Promise<Reservation> {
    return storeHold(this.reservations, { now: this.clock.now(), ...own });
  }

  /** A hold whose payment has arrived. */
  async createConfirmed(own: HoldOptions = {}): Promise<Reservation> {
    const reservation = await this.createHold(own);
    await this.confirm(reservation);
    return reservation;
  }

  /** Its payment arrives. */
  async confirm(hold: Reservation): Promise<void> {
    const payment = aPayment(hold);
    await this.bus.get(SettlementService).settle(payment);
    const none = { amount: 0, currency: payment.amount.currency };
    this.capturedMoney.push({ paymentId: payment.paymentId, captured: payment.amount, refunded: none });
  }

  /** A payment that has succeeded and that only payments knows. */
  pay(reservation: Reservation): SettledPaymentView {
    const payment = { ...aPayment(reservation), settledAt: this.clock.now().toISOString() };
    this.settledPayments.push(payment);
    return payment;
  }

  /** Showtimes gives a showtime another end, and reservations does not know. */
  changeEndInShowtimes(showtimeId: string, endsAt: Date): void {
    this.showtimes.set(showtimeId, {
      ...{ showtimeId, version: 2, status: 'scheduled', cancelReason: null, lastMove: null },
      endsAt: endsAt.toISOString(),
    });
  }

  /** Showtimes cancels a showtime at version 2, or moves it now, and reservations does not know. */
  changeInShowtimes(showtimeId: string, what: 'cancelled' | 'moved'): void {
    const common = { showtimeId, version: 2, cancelReason: null, endsAt: aSeating().showtime.endsAt };
    const view: ShowtimeStatusView =
      what === 'cancelled'
        ? { ...common, status: 'cancelled', lastMove: null }
        : { ...common, status: 'scheduled', lastMove: { version: 2, at: this.clock.now().toISOString() } };
    this.showtimes.set(showtimeId, view);
  }

  statusOf({ id }: { id: string }): string {
    return this.reservations.all.get(id)!.status;
  }

  eventsOf({ id }: { id: string }): string[] {
    return this.reservations.eventsOf(id);
  }

  /** As payments answers it where nothing was requested as owed before. */
  private refundOf({ paymentId, due }: RefundsThatWouldBeRequested['owed'][number]): { paymentId: string; amount: MoneyJson }[] {
    const amount = Math.min(due.amount, this.returnableOf(paymentId));
    return amount <= 0 ? [] : [{ paymentId, amount: { ...due, amount } }];
  }

  private returnableOf(paymentId: string): number {
    const money = this.capturedMoney.find((each) => each.paymentId === paymentId);
    return money === undefined ? 0 : money.captured.amount - money.refunded.amount;
  }

  private settledPaymentsOf(reservationIds: readonly string[]): SettledPaymentView[] {
    this.paymentQueries.push(reservationIds);
    return this.settledPayments.filter(({ reservationId }) => reservationIds.includes(reservationId));
  }

  private settledBetween({ after, until, limit }: PaymentsSettledBetween): SettledPaymentView[] {
    if (this.pagesUntilFailure-- <= 0) throw new Error('Payments is unavailable');
    const key = ({ settledAt, paymentId }: { settledAt: string; paymentId: string }): string => `${settledAt} ${paymentId}`;
    return this.settledPayments
      .filter((payment) => key(payment) > key(after) && payment.settledAt <= until)
      .sort((a, b) => (key(a) < key(b) ? -1 : 1))
      .slice(0, limit);
  }
}
