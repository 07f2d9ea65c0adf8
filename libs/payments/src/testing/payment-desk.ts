import type { Command, CommandBus, ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { PayableReservation, type PayableReservationView } from '@app/contracts/reservations.js';
import { FixedClock } from '@app/kernel/clock.js';
import { newId } from '@app/kernel/id.js';
import type { Database } from '@app/platform/persistence/database.js';
import { CancelIntent, CancelIntentHandler } from '../application/commands/cancel-intent.js';
import { CancelPayment, CancelPaymentHandler } from '../application/commands/cancel-payment.js';
import { LearnIntent, LearnIntentHandler } from '../application/commands/learn-intent.js';
import { LearnRefunds, LearnRefundsHandler } from '../application/commands/learn-refunds.js';
import { OpenPayment, OpenPaymentHandler } from '../application/commands/open-payment.js';
import { RefundPayment, RefundPaymentHandler } from '../application/commands/refund-payment.js';
import { StartPayment, StartPaymentHandler } from '../application/commands/start-payment.js';
import { SubmitRefund, SubmitRefundHandler } from '../application/commands/submit-refund.js';
import { WorkDueRows, WorkDueRowsHandler } from '../application/commands/work-due-rows.js';
import { Alerts } from '../domain/alerts.js';
import type { PaymentState } from '../domain/payment.js';
import { FakeCardPayments } from './fake-card-payments.js';
import { InMemoryDueRows } from './in-memory-due-rows.js';
import { InMemoryPayments } from './in-memory-payments.js';

type Handler = ICommandHandler<Command<unknown>, unknown>;

class HeardAlerts extends Alerts {
  readonly codes: string[] = [];

  raise(code: string): void {
    this.codes.push(code);
  }
}

/** The commands of payments on a Stripe, a store and a reservation in memory. */
export class PaymentDesk {
  readonly clock = new FixedClock();
  readonly dueRows = new InMemoryDueRows(this.clock);
  readonly payments = new InMemoryPayments(this.dueRows);
  readonly cards = new FakeCardPayments();
  readonly alerts = new HeardAlerts();
  reservation: PayableReservationView | null;
  readonly #handlers: Map<unknown, Handler>;

  constructor(own: Partial<PayableReservationView> = {}) {
    const total = { amount: 2_500, currency: 'EUR' };
    const terms = { status: 'held', code: 'ABCDEFGH', total, heldUntil: '2026-03-01T12:30:00.000Z', due: false } as const;
    this.reservation = { id: newId(), customerId: newId(), ...terms, ...own };
    const { clock, dueRows, payments, cards, alerts } = this;
    const commands = { execute: (command: Command<unknown>) => this.execute(command) } as unknown as CommandBus;
    const queries = { execute: (query: unknown) => this.answer(query) } as unknown as QueryBus;
    const database = { transaction: <T>(work: () => Promise<T>) => work() } as unknown as Database;
    this.#handlers = new Map<unknown, Handler>([
      [StartPayment, new StartPaymentHandler(payments, cards, queries, commands, clock)],
      [OpenPayment, new OpenPaymentHandler(payments, dueRows, cards, commands, clock)],
      [LearnIntent, new LearnIntentHandler(database, payments, dueRows, cards, alerts, clock)],
      [LearnRefunds, new LearnRefundsHandler(payments, alerts, clock)],
      [CancelPayment, new CancelPaymentHandler(payments, commands)],
      [CancelIntent, new CancelIntentHandler(cards, commands)],
      [RefundPayment, new RefundPaymentHandler(payments, clock)],
      [SubmitRefund, new SubmitRefundHandler(payments, dueRows, cards, commands, alerts)],
      [WorkDueRows, new WorkDueRowsHandler(dueRows, commands)],
    ] as unknown as [unknown, Handler][]);
  }

  execute<T>(command: Command<T>): Promise<T> {
    const handler = this.#handlers.get(command.constructor);
    if (handler === undefined) throw new Error(`Nobody handles ${command.constructor.name}`);
    return handler.execute(command) as Promise<T>;
  }

  start() {
    return this.execute(new StartPayment(this.reservation!.id, this.reservation!.customerId));
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

  private answer(query: unknown): Promise<PayableReservationView | null> {
    if (!(query instanceof PayableReservation)) throw new Error('Only reservations are asked here');
    const { reservation } = this;
    return Promise.resolve(reservation?.id === query.reservationId && reservation.customerId === query.customerId ? reservation : null);
  }
}
