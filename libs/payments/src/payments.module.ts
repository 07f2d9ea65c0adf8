/** Puts the payments context together: what every process needs, what the HTTP door needs, what the worker needs. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CancelOpenPaymentsHandler } from './application/commands/cancel-open-payments.js';
import { ApplyStripeEventHandler } from './application/commands/apply-stripe-event.js';
import { CancelIntentHandler } from './application/commands/cancel-intent.js';
import { CancelPaymentHandler } from './application/commands/cancel-payment.js';
import { CheckStripeEventHandler } from './application/commands/check-stripe-event.js';
import { CheckPaymentHandler } from './application/commands/check-payment.js';
import { FetchUndeliveredEventsHandler } from './application/commands/fetch-undelivered-events.js';
import { LearnIntentHandler } from './application/commands/learn-intent.js';
import { LearnRefundsHandler } from './application/commands/learn-refunds.js';
import { ListRefundsHandler } from './application/commands/list-refunds.js';
import { OpenPaymentHandler } from './application/commands/open-payment.js';
import { ReceiveStripeEventHandler } from './application/commands/receive-stripe-event.js';
import { ReconcilePaymentsHandler } from './application/commands/reconcile-payments.js';
import { RefundPaymentHandler } from './application/commands/refund-payment.js';
import { ReplayStripeEventHandler } from './application/commands/replay-stripe-event.js';
import { RetryRefundHandler } from './application/commands/retry-refund.js';
import { RetryStripeEventsHandler } from './application/commands/retry-stripe-events.js';
import { StartPaymentHandler } from './application/commands/start-payment.js';
import { SubmitRefundHandler } from './application/commands/submit-refund.js';
import { SweepRecentDaysHandler } from './application/commands/sweep-recent-days.js';
import { WorkDueRowsHandler } from './application/commands/work-due-rows.js';
import { PaymentsForAdminHandler } from './application/queries/payments-for-admin.js';
import { PaymentRows } from './application/queries/payment-rows.js';
import { PaymentsOfReservationHandler } from './application/queries/payments-of-reservation.js';
import { PaymentsSettledBetweenHandler } from './application/queries/payments-settled-between.js';
import { RefundsOfReservationsHandler } from './application/queries/refunds-of-reservations.js';
import { SettledPaymentsOfHandler } from './application/queries/settled-payments-of.js';
import { StripeEventsForAdminHandler, StripeEventForAdminHandler } from './application/queries/stripe-events-for-admin.js';
import { CancelPaymentWhenHoldExpired } from './application/reactions/cancel-payment-when-hold-expired.js';
import { CancelPaymentWhenReservationCancelled } from './application/reactions/cancel-payment-when-reservation-cancelled.js';
import { RefundPaymentWhenPaymentCameTooLate } from './application/reactions/refund-payment-when-payment-came-too-late.js';
import { RefundPaymentWhenReservationCancelled } from './application/reactions/refund-payment-when-reservation-cancelled.js';
import { RefundPaymentWhenSurplusPaymentReceived } from './application/reactions/refund-payment-when-surplus-payment-received.js';
import { CardPayments } from './domain/card-payments.js';
import { Disputes } from './domain/disputes.js';
import { DueRows } from './domain/due-rows.js';
import { Payments } from './domain/payments.js';
import { StripeEvents } from './domain/stripe-events.js';
import { AdminPaymentsController } from './infrastructure/admin-payments.controller.js';
import { paymentSchema } from './infrastructure/payment.schema.js';
import { PaymentsController } from './infrastructure/payments.controller.js';
import { DueRowsSchedule, ReconcilingSchedule, SweepsSchedule, StripeEventRetrySchedule } from './infrastructure/payments.schedule.js';
import { PostgresDisputes } from './infrastructure/postgres-disputes.js';
import { PostgresDueRows } from './infrastructure/postgres-due-rows.js';
import { PostgresPayments } from './infrastructure/postgres-payments.js';
import { PostgresStripeEvents } from './infrastructure/postgres-stripe-events.js';
import { StripeCardPayments } from './infrastructure/stripe-card-payments.js';
import { StripeWebhookController } from './infrastructure/stripe-webhook.controller.js';

@Module({
  imports: [TypeOrmModule.forFeature([paymentSchema])],
  providers: [
    { provide: Payments, useClass: PostgresPayments },
    { provide: DueRows, useClass: PostgresDueRows },
    { provide: StripeEvents, useClass: PostgresStripeEvents },
    { provide: Disputes, useClass: PostgresDisputes },
    { provide: CardPayments, useClass: StripeCardPayments },
    PaymentRows,
    StartPaymentHandler,
    OpenPaymentHandler,
    CheckPaymentHandler,
    CancelPaymentHandler,
    CancelIntentHandler,
    CancelOpenPaymentsHandler,
    LearnIntentHandler,
    LearnRefundsHandler,
    RefundPaymentHandler,
    SubmitRefundHandler,
    ListRefundsHandler,
    RetryRefundHandler,
    ReceiveStripeEventHandler,
    ApplyStripeEventHandler,
    RetryStripeEventsHandler,
    ReplayStripeEventHandler,
    CheckStripeEventHandler,
    WorkDueRowsHandler,
    ReconcilePaymentsHandler,
    FetchUndeliveredEventsHandler,
    SweepRecentDaysHandler,
    PaymentsOfReservationHandler,
    PaymentsForAdminHandler,
    StripeEventsForAdminHandler,
    StripeEventForAdminHandler,
    SettledPaymentsOfHandler,
    PaymentsSettledBetweenHandler,
    RefundsOfReservationsHandler,
  ],
  exports: [DueRows],
})
export class PaymentsModule {}

@Module({ imports: [PaymentsModule], controllers: [PaymentsController, AdminPaymentsController, StripeWebhookController] })
export class PaymentsApi {}

@Module({
  imports: [PaymentsModule],
  providers: [
    CancelPaymentWhenHoldExpired,
    CancelPaymentWhenReservationCancelled,
    RefundPaymentWhenReservationCancelled,
    RefundPaymentWhenPaymentCameTooLate,
    RefundPaymentWhenSurplusPaymentReceived,
    DueRowsSchedule,
    SweepsSchedule,
    StripeEventRetrySchedule,
    ReconcilingSchedule,
  ],
})
export class PaymentsWorker {}
