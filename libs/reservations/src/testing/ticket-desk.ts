import type { Command, ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { PaymentsSettledBetween, SettledPaymentsOf, type SettledPaymentView } from '@app/contracts/payments.js';
import { InMemoryAlerts } from '@app/kernel/testing/in-memory-alerts.js';
import { InMemoryAuditTrail } from '@app/kernel/testing/in-memory-audit-trail.js';
import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { newId } from '@app/kernel/id.js';
import type { Database } from '@app/platform/persistence/database.js';
import { CancelReservation, CancelReservationHandler } from '../application/commands/cancel-reservation.js';
import { CancelReservationAsAdmin, CancelReservationAsAdminHandler } from '../application/commands/cancel-reservation-as-admin.js';
import { CompleteReservations, CompleteReservationsHandler } from '../application/commands/complete-reservations.js';
import { ExpireHolds, ExpireHoldsHandler } from '../application/commands/expire-holds.js';
import { ExtendHold, ExtendHoldHandler } from '../application/commands/extend-hold.js';
import { HoldSeats, HoldSeatsHandler } from '../application/commands/hold-seats.js';
import { SettlePayment, SettlePaymentHandler } from '../application/commands/settle-payment.js';
import { SettleOutstandingPayments, SettleOutstandingPaymentsHandler } from '../application/commands/settle-outstanding-payments.js';
import { ProcessCancellationRuns, ProcessCancellationRunsHandler } from '../application/commands/process-cancellation-runs.js';
import { HoldExpiry } from '../application/hold-expiry.js';
import { Settlement } from '../application/settlement.js';
import { Reservation } from '../domain/reservation.js';
import { aHold, aPayment, aSeating, NOW, POLICY } from './builders.js';
import { InMemoryCancellationRuns } from './in-memory-cancellation-runs.js';
import { InMemorySettlementWatermark } from './in-memory-settlement-watermark.js';
import { InMemoryReservations } from './in-memory-reservations.js';
import { InMemorySeatings } from './in-memory-seatings.js';

type Handler = ICommandHandler<Command<unknown>, unknown>;

/** The commands of reservations on books, showtimes and payments in memory. */
export class TicketDesk {
  readonly clock = new FixedClock(NOW);
  readonly alerts = new InMemoryAlerts();
  readonly audit = new InMemoryAuditTrail();
  readonly reservations = new InMemoryReservations();
  readonly runs = new InMemoryCancellationRuns(this.reservations);
  readonly watermark = new InMemorySettlementWatermark(this.reservations);
  readonly seatings = new InMemorySeatings();
  /** What payments knows as settled. */
  readonly settled: SettledPaymentView[] = [];
  /** The reservations payments was asked about, one entry a question. */
  readonly asked: (readonly string[])[] = [];
  /** How often payments answers yet what settled when. */
  pagesUntilAway = Infinity;
  /** What happens right before a command. */
  readonly meanwhile = new Map<unknown, () => unknown>();
  readonly settlement: Settlement;
  readonly expiry: HoldExpiry;
  readonly #handlers: Map<unknown, Handler>;

  constructor() {
    const { clock, alerts, audit, reservations, runs, watermark, seatings } = this;
    const queries = { execute: (query: unknown) => Promise.resolve().then(() => this.answer(query)) } as unknown as QueryBus;
    const asItIs = <T>(effect: () => Promise<T>): Promise<T> => effect();
    const database = { once: asItIs, transaction: asItIs } as unknown as Database;
    this.settlement = new Settlement(reservations, alerts, clock);
    this.expiry = new HoldExpiry(reservations, this.settlement, queries, clock);
    this.#handlers = new Map<unknown, Handler>([
      [HoldSeats, new HoldSeatsHandler(seatings, reservations, POLICY, clock, database, this.expiry)],
      [ExtendHold, new ExtendHoldHandler(reservations, POLICY, clock)],
      [CancelReservation, new CancelReservationHandler(reservations, clock)],
      [CancelReservationAsAdmin, new CancelReservationAsAdminHandler(reservations, audit, clock, database)],
      [ExpireHolds, new ExpireHoldsHandler(this.expiry)],
      [SettlePayment, new SettlePaymentHandler(this.settlement)],
      [SettleOutstandingPayments, new SettleOutstandingPaymentsHandler(watermark, this.settlement, queries, clock)],
      [CompleteReservations, new CompleteReservationsHandler(reservations, POLICY, clock)],
      [ProcessCancellationRuns, new ProcessCancellationRunsHandler(runs, reservations, clock)],
    ] as unknown as [unknown, Handler][]);
  }

  async execute<T>(command: Command<T>): Promise<T> {
    const handler = this.#handlers.get(command.constructor);
    if (handler === undefined) throw new Error(`Nobody handles ${command.constructor.name}`);
    await this.meanwhile.get(command.constructor)?.();
    return handler.execute(command) as Promise<T>;
  }

  /** A showing that can be asked for. */
  showing(...own: Parameters<typeof aSeating>) {
    return this.seatings.put(aSeating(...own));
  }

  /** A hold made now, unless told otherwise. */
  async held(own: Parameters<typeof aHold>[0] = {}): Promise<Reservation> {
    const reservation = aHold({ now: this.clock.now(), ...own });
    await this.reservations.add(reservation);
    return reservation;
  }

  /** Its money arrived, and only payments knows. */
  pays(reservation: Reservation): SettledPaymentView {
    const payment = { ...aPayment(reservation), settledAt: this.clock.now().toISOString() };
    this.settled.push(payment);
    return payment;
  }

  async confirmed(own: Parameters<typeof aHold>[0] = {}): Promise<Reservation> {
    const reservation = await this.held(own);
    await this.execute(new SettlePayment(aPayment(reservation)));
    return reservation;
  }

  statusOf({ id }: { id: string }): string {
    return this.reservations.all.get(id)!.status;
  }

  hold(showtimeId: string, seats: readonly string[], customerId = newId()) {
    return this.execute(new HoldSeats(customerId, showtimeId, seats));
  }

  private answer(query: unknown): SettledPaymentView[] {
    if (query instanceof PaymentsSettledBetween) return this.settledBetween(query);
    if (!(query instanceof SettledPaymentsOf)) throw new Error('Only payments are asked here');
    this.asked.push(query.reservationIds);
    return this.settled.filter(({ reservationId }) => query.reservationIds.includes(reservationId));
  }

  private settledBetween({ after, until, limit }: PaymentsSettledBetween): SettledPaymentView[] {
    if (this.pagesUntilAway-- <= 0) throw new Error('Payments is away');
    const key = ({ settledAt, paymentId }: { settledAt: string; paymentId: string }): string => `${settledAt} ${paymentId}`;
    return this.settled
      .filter((payment) => key(payment) > key(after) && payment.settledAt <= until)
      .sort((a, b) => (key(a) < key(b) ? -1 : 1))
      .slice(0, limit);
  }
}
