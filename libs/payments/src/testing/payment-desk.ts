import type { Command, CommandBus, ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { PayableReservation, type PayableReservationView, ReservationCancelled } from '@app/contracts/reservations.js';
import { InMemoryAlerts } from '@app/kernel/testing/in-memory-alerts.js';
import { InMemoryAuditTrail } from '@app/kernel/testing/in-memory-audit-trail.js';
import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { newId } from '@app/kernel/id.js';
import type { Database } from '@app/platform/persistence/database.js';
import { CancelOpenPayments, CancelOpenPaymentsHandler } from '../application/commands/cancel-open-payments.js';
import { ApplyStripeEvent, ApplyStripeEventHandler } from '../application/commands/apply-stripe-event.js';
import { CancelIntent, CancelIntentHandler } from '../application/commands/cancel-intent.js';
import { CancelPayment, CancelPaymentHandler } from '../application/commands/cancel-payment.js';
import { CheckStripeEvent, CheckStripeEventHandler } from '../application/commands/check-stripe-event.js';
import { CheckPayment, CheckPaymentHandler } from '../application/commands/check-payment.js';
import { FetchUndeliveredEvents, FetchUndeliveredEventsHandler } from '../application/commands/fetch-undelivered-events.js';
import { LearnIntent, LearnIntentHandler } from '../application/commands/learn-intent.js';
import { LearnRefunds, LearnRefundsHandler } from '../application/commands/learn-refunds.js';
import { ListRefunds, ListRefundsHandler } from '../application/commands/list-refunds.js';
import { OpenPayment, OpenPaymentHandler } from '../application/commands/open-payment.js';
import { ReceiveStripeEvent, ReceiveStripeEventHandler } from '../application/commands/receive-stripe-event.js';
import { RefundPayment, RefundPaymentHandler } from '../application/commands/refund-payment.js';
import { ReplayStripeEvent, ReplayStripeEventHandler } from '../application/commands/replay-stripe-event.js';
import { RetryRefund, RetryRefundHandler } from '../application/commands/retry-refund.js';
import { RetryStripeEvents, RetryStripeEventsHandler } from '../application/commands/retry-stripe-events.js';
import { StartPayment, StartPaymentHandler } from '../application/commands/start-payment.js';
import { SubmitRefund, SubmitRefundHandler } from '../application/commands/submit-refund.js';
import { WorkDueRows, WorkDueRowsHandler } from '../application/commands/work-due-rows.js';
import { StripeEventForAdmin } from '../application/queries/stripe-events-for-admin.js';
import type { StripeFact } from '../domain/stripe-facts.js';
import type { StripeEvent } from '../domain/stripe-events.js';
import type { PaymentState } from '../domain/payment.js';
import { anEvent, FakeCardPayments } from './fake-card-payments.js';
import { InMemoryDisputes } from './in-memory-disputes.js';
import { InMemoryDueRows } from './in-memory-due-rows.js';
import { InMemoryPayments } from './in-memory-payments.js';
import { InMemoryStripeEvents } from './in-memory-stripe-events.js';

type Handler = ICommandHandler<Command<unknown>, unknown>;

/** The commands of payments on a Stripe, a store and a reservation in memory. */
export class PaymentDesk {
  readonly clock = new FixedClock();
  readonly dueRows = new InMemoryDueRows(this.clock);
  readonly payments = new InMemoryPayments(this.dueRows);
  readonly stripeEvents = new InMemoryStripeEvents(this.clock);
  readonly disputes = new InMemoryDisputes();
  readonly cards = new FakeCardPayments(this.clock);
  readonly alerts = new InMemoryAlerts();
  readonly audit = new InMemoryAuditTrail();
  readonly commands = { execute: (command: Command<unknown>) => this.execute(command) } as unknown as CommandBus;
  /** What happens right before a command. */
  readonly meanwhile = new Map<unknown, () => unknown>();
  reservation: PayableReservationView | null;
  readonly #handlers: Map<unknown, Handler>;

  constructor(own: Partial<PayableReservationView> = {}) {
    const total = { amount: 2_500, currency: 'EUR' };
    const terms = { status: 'held', code: 'ABCDEFGH', total, heldUntil: '2026-03-01T12:30:00.000Z', due: false } as const;
    this.reservation = { id: newId(), customerId: newId(), ...terms, ...own };
    const { clock, dueRows, payments, stripeEvents, disputes, cards, alerts, audit, commands } = this;
    const queries = { execute: (query: unknown) => this.answer(query) } as unknown as QueryBus;
    const asItIs = <T>(work: () => Promise<T>): Promise<T> => work();
    const database = { transaction: asItIs, savepoint: asItIs } as unknown as Database;
    this.#handlers = new Map<unknown, Handler>([
      [StartPayment, new StartPaymentHandler(payments, cards, queries, commands, clock)],
      [OpenPayment, new OpenPaymentHandler(payments, dueRows, cards, commands, clock)],
      [LearnIntent, new LearnIntentHandler(database, payments, dueRows, cards, alerts, clock)],
      [LearnRefunds, new LearnRefundsHandler(payments, alerts, clock)],
      [CancelPayment, new CancelPaymentHandler(payments, commands)],
      [CancelIntent, new CancelIntentHandler(cards, commands)],
      [CheckPayment, new CheckPaymentHandler(payments, cards, commands)],
      [CancelOpenPayments, new CancelOpenPaymentsHandler(payments, dueRows)],
      [RefundPayment, new RefundPaymentHandler(payments, clock)],
      [SubmitRefund, new SubmitRefundHandler(payments, dueRows, cards, commands, alerts)],
      [ListRefunds, new ListRefundsHandler(payments, cards, commands)],
      [RetryRefund, new RetryRefundHandler(payments, audit, database)],
      [ReceiveStripeEvent, new ReceiveStripeEventHandler(database, stripeEvents, commands)],
      [ApplyStripeEvent, new ApplyStripeEventHandler(database, stripeEvents, payments, disputes, dueRows, cards, commands, alerts)],
      [RetryStripeEvents, new RetryStripeEventsHandler(database, stripeEvents, commands)],
      [ReplayStripeEvent, new ReplayStripeEventHandler(commands, queries, audit, database)],
      [CheckStripeEvent, new CheckStripeEventHandler(database, stripeEvents, cards, commands, alerts)],
      [FetchUndeliveredEvents, new FetchUndeliveredEventsHandler(cards, commands)],
      [WorkDueRows, new WorkDueRowsHandler(dueRows, commands)],
    ] as unknown as [unknown, Handler][]);
  }

  /** With a payment the customer can pay. */
  static async opened(): Promise<PaymentDesk> {
    const desk = new PaymentDesk();
    await desk.start();
    return desk;
  }

  /** With a payment whose money has arrived. */
  static async paid(): Promise<PaymentDesk> {
    const desk = await PaymentDesk.opened();
    await desk.execute(new LearnIntent(desk.cards.turns('pi_1', { status: 'succeeded', received: 2_500 }), 'event'));
    return desk;
  }

  async execute<T>(command: Command<T>): Promise<T> {
    const handler = this.#handlers.get(command.constructor);
    if (handler === undefined) throw new Error(`Nobody handles ${command.constructor.name}`);
    await this.meanwhile.get(command.constructor)?.();
    return handler.execute(command) as Promise<T>;
  }

  start() {
    return this.execute(new StartPayment(this.reservation!.id, this.reservation!.customerId));
  }

  /** Stripe delivers an event. Answers what became of it. */
  async hears(fact: StripeFact | null, own: Partial<StripeEvent> = {}) {
    const event = anEvent(fact, own);
    await this.execute(new ReceiveStripeEvent(event));
    return this.stripeEvents.view(event.id);
  }

  /** What reservations tells when the reservation is cancelled. */
  cancelled(own: Partial<ReservationCancelled['data']> = {}): ReservationCancelled {
    const { id: reservationId, customerId, total: refundDue } = this.reservation!;
    const ids = { reservationId, customerId, showtimeId: newId(), paymentId: null };
    return new ReservationCancelled({ ...ids, seats: ['A1'], refundDue, by: 'customer', reason: null, ...own });
  }

  /** The one payment there is. */
  get payment(): PaymentState {
    const [payment, ...others] = this.payments.all.values();
    if (payment === undefined || others.length > 0) throw new Error(`There are ${this.payments.all.size} payments`);
    return payment;
  }

  get eventTypes(): string[] {
    return this.payments.events.map(({ type }) => type.replace(/^payments\.|\.v1$/g, ''));
  }

  private answer(query: unknown): Promise<unknown> {
    if (query instanceof StripeEventForAdmin) return Promise.resolve(this.stripeEvents.view(query.id));
    if (!(query instanceof PayableReservation)) throw new Error('Only reservations and events are asked here');
    const { reservation } = this;
    return Promise.resolve(reservation?.id === query.reservationId && reservation.customerId === query.customerId ? reservation : null);
  }
}
