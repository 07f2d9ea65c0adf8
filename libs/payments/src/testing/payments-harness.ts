/** The application layer of payments on fakes: Stripe, the stores and one reservation in memory. */
import type { Command } from '@nestjs/cqrs';
import { ReservationAccountsOf } from '@app/contracts/reservation-accounts.js';
import {
  HoldsEndingBetween,
  PayableReservation,
  type PayableReservationView,
  type OwedRefundView,
  RefundsOwedBetween,
  ReservationCancelled,
  ReservationsByIds,
  ReservationsNotPayable,
} from '@app/contracts/reservations.js';
import { Alerts } from '@app/kernel/alerts.js';
import { type AdminCommand, AuditTrail } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { DAY_MS, HOUR_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { InMemoryAlerts } from '@app/kernel/testing/in-memory-alerts.js';
import { InMemoryAuditTrail } from '@app/kernel/testing/in-memory-audit-trail.js';
import { definitionOf, type JobHandler } from '@app/platform/jobs/job.js';
import { lanesOf } from '@app/platform/jobs/job-runner.js';
import { Jobs } from '@app/platform/jobs/jobs.js';
import { LaneRunner } from '@app/platform/jobs/lane-runner.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { InMemoryBus } from '@app/platform/testing/in-memory-bus.js';
import { InMemoryJobs } from '@app/platform/testing/in-memory-jobs.js';
import { type LaneRun, runLane } from '@app/platform/testing/run-lane.js';
import { ReceiveStripeEvent } from '../application/commands/receive-stripe-event.js';
import { StartPayment } from '../application/commands/start-payment.js';
import { paymentsHandlers, paymentsJobs, paymentsReactions, paymentsServices } from '../application/handlers.js';
import { StripeSync } from '../application/stripe-sync.js';
import { CardPayments } from '../domain/card-payments.js';
import { Disputes } from '../domain/disputes.js';
import type { PaymentState } from '../domain/payment-state.js';
import { OwedRefundsWatermark } from '../domain/owed-refunds-watermark.js';
import { Payments } from '../domain/payments.js';
import { type StripeEvent, StripeEvents } from '../domain/stripe-events.js';
import type { StripeFact } from '../domain/stripe-facts.js';
import { PaymentsSettings } from '../payments.settings.js';
import { anEvent, FakeCardPayments } from './fake-card-payments.js';
import { InMemoryDisputes } from './in-memory-disputes.js';
import { InMemoryOwedRefundsWatermark } from './in-memory-owed-refunds-watermark.js';
import { InMemoryPayments } from './in-memory-payments.js';
import { InMemoryStripeEvents } from './in-memory-stripe-events.js';

const settings = {
  kept: { stripeEventBodiesDays: 90, stripeEventsDays: 540, idempotencyKeysDays: 30 },
  ticks: {
    deleteOldStripeDataMs: HOUR_MS,
    requestOwedRefundsMs: 60_000,
    reconcilePaymentsMs: 60_000,
    reconcileEventsMs: HOUR_MS,
    reconcileDaysMs: DAY_MS,
  },
};
const kinds = new Set(paymentsJobs.map((job) => definitionOf(job)!.kind));

export class PaymentsHarness {
  readonly clock = new FixedClock();
  readonly jobs = new InMemoryJobs(this.clock, kinds);
  readonly stripeEvents = new InMemoryStripeEvents(this.clock);
  readonly disputes = new InMemoryDisputes();
  readonly payments = new InMemoryPayments(this.jobs, this.disputes, this.clock);
  readonly watermark = new InMemoryOwedRefundsWatermark();
  readonly cards = new FakeCardPayments(this.clock);
  readonly alerts = new InMemoryAlerts();
  readonly audit = new InMemoryAuditTrail();
  readonly bus: InMemoryBus;
  reservation: PayableReservationView | null;
  /** What reservations says is owed, in its order. */
  owed: OwedRefundView[] = [];

  constructor(own: Partial<PayableReservationView> = {}) {
    const total = { amount: 2_500, currency: 'EUR' };
    const terms = {
      status: 'held',
      code: 'ABCDEFGH',
      total,
      heldUntil: '2026-03-01T12:30:00.000Z',
      due: false,
      showtime: 'on-sale',
    } as const;
    this.reservation = { id: newId(), customerId: newId(), ...terms, ...own };
    this.bus = new InMemoryBus({
      handlers: [...paymentsServices, ...paymentsHandlers, ...paymentsJobs, ...paymentsReactions, AdminCommands],
      providers: [
        [Clock, this.clock],
        [Jobs, this.jobs],
        [Payments, this.payments],
        [StripeEvents, this.stripeEvents],
        [Disputes, this.disputes],
        [OwedRefundsWatermark, this.watermark],
        [CardPayments, this.cards],
        [Alerts, this.alerts],
        [AuditTrail, this.audit],
        [PaymentsSettings, settings],
      ],
    })
      .answer(PayableReservation, ({ reservationId, customerId }) => {
        const { reservation } = this;
        return reservation?.id === reservationId && reservation.customerId === customerId ? reservation : null;
      })
      .answer(ReservationsNotPayable, ({ reservationIds }) =>
        reservationIds.filter((id) => this.reservation?.id !== id || this.reservation.status !== 'held'),
      )
      .answer(HoldsEndingBetween, ({ after, until }) => {
        const { id: reservationId, customerId, heldUntil, status } = this.reservation!;
        const isEnding = status === 'held' && heldUntil > after.heldUntil && heldUntil <= until;
        return isEnding ? [{ reservationId, customerId, heldUntil }] : [];
      })
      .answer(ReservationsByIds, ({ reservationIds }) => {
        const { id, customerId, status, code, total, heldUntil } = this.reservation!;
        const showtime = { showtimeId: newId(), seats: [], late: false, startsAt: heldUntil, endsAt: heldUntil };
        return reservationIds.includes(id) ? [{ id, version: 1, customerId, status, code, total, heldUntil, ...showtime }] : [];
      })
      .answer(ReservationAccountsOf, () => {
        const { id: reservationId, total } = this.reservation!;
        const account = {
          reservationId,
          showtimeId: newId(),
          status: 'cancelled',
          total,
          paid: total,
          paymentId: null,
          settledPaymentIds: [],
        } as const;
        return [{ ...account, owed: this.owed }];
      })
      .answer(RefundsOwedBetween, ({ after, until, limit }) =>
        this.owed.filter((owed) => owed.owedAt <= until && positionOf(owed) > positionOf(after)).slice(0, limit),
      );
  }

  /** With a payment that the customer can pay. */
  static async opened(): Promise<PaymentsHarness> {
    const harness = new PaymentsHarness();
    await harness.start();
    return harness;
  }

  /** With a payment whose request to Stripe was lost. */
  static async begun(): Promise<PaymentsHarness> {
    const harness = new PaymentsHarness();
    harness.cards.failNext('lost-before', 'lost-before');
    await harness.start().catch(() => undefined);
    return harness;
  }

  /** With a payment whose money has arrived. */
  static async paid(): Promise<PaymentsHarness> {
    const harness = await PaymentsHarness.opened();
    await harness.sync.applyIntent(harness.cards.change('pi_1', { status: 'succeeded', received: 2_500 }), 'event');
    return harness;
  }

  execute<T>(command: Command<T>): Promise<T> {
    return this.bus.execute(command);
  }

  executeAsAdmin<T>(command: Command<T> & AdminCommand<T>): Promise<T> {
    return this.bus.get(AdminCommands).execute(command);
  }

  run(job: abstract new (...parts: never[]) => JobHandler, subject: string): Promise<void> {
    return this.bus.get(job).run(subject);
  }

  /** Runs the due jobs of every lane once. */
  async runJobs(): Promise<LaneRun> {
    const lanes = lanesOf(paymentsJobs.map((job) => ({ metatype: job, instance: this.bus.get<JobHandler>(job) })));
    const runs: LaneRun[] = [];
    for (const { lane, handlers } of lanes) runs.push(await runLane(new LaneRunner(lane, handlers, this.jobs, this.alerts)));
    return { ran: runs.reduce((sum, { ran }) => sum + ran, 0), rateLimited: runs.some(({ rateLimited }) => rateLimited) };
  }

  start() {
    return this.execute(new StartPayment(this.reservation!.id, this.reservation!.customerId));
  }

  /** Stripe delivers an event with this fact. Returns the event as admins see it. */
  async deliver(fact: StripeFact | null, own: Partial<StripeEvent> = {}) {
    const event = anEvent(fact, own);
    await this.execute(new ReceiveStripeEvent(event));
    return this.stripeEvents.view(event.id);
  }

  /** Every intent fails to be applied, until `repair()`. */
  break(): void {
    this.sync.applyIntent = () => Promise.reject(new Error('deadlock detected'));
  }

  /** This intent fails to be applied, until `repair()`. */
  breakFor(intentId: string): void {
    const applyIntent = this.sync.applyIntent.bind(this.sync);
    this.sync.applyIntent = (fact, source) =>
      fact.intentId === intentId ? Promise.reject(new Error('deadlock detected')) : applyIntent(fact, source);
  }

  repair(): void {
    Reflect.deleteProperty(this.sync, 'applyIntent');
  }

  /** What reservations publishes when the reservation is cancelled. */
  reservationCancelled(own: Partial<ReservationCancelled['data']> = {}): ReservationCancelled {
    const { id: reservationId, customerId, total: refundDue } = this.reservation!;
    const ids = { reservationId, customerId, showtimeId: newId(), paymentId: null };
    return new ReservationCancelled({ ...ids, seats: ['A1'], refundDue, by: 'customer', reason: null, ...own });
  }

  get sync(): StripeSync {
    return this.bus.get(StripeSync);
  }

  /** The only payment. */
  get payment(): PaymentState {
    const [payment, ...others] = this.payments.all.values();
    if (payment === undefined || others.length > 0) throw new Error(`There are ${this.payments.all.size} payments`);
    return payment;
  }

  get eventTypes(): string[] {
    return this.payments.events.map(({ type }) => type.replace(/^payments\.|\.v1$/g, ''));
  }
}

function positionOf({ owedAt, paymentId, reason }: Pick<OwedRefundView, 'owedAt' | 'paymentId'> & { reason: string }): string {
  return `${owedAt} ${paymentId} ${reason}`;
}
