/** Puts the payments context together: what every process needs, what the HTTP door needs, what the worker needs. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AbandonPaymentsHandler } from './application/commands/abandon-payments.js';
import { ApplyWebhookHandler } from './application/commands/apply-webhook.js';
import { CancelIntentHandler } from './application/commands/cancel-intent.js';
import { CancelPaymentHandler } from './application/commands/cancel-payment.js';
import { CheckEventHandler } from './application/commands/check-event.js';
import { CheckPaymentHandler } from './application/commands/check-payment.js';
import { FetchUndeliveredEventsHandler } from './application/commands/fetch-undelivered-events.js';
import { LearnIntentHandler } from './application/commands/learn-intent.js';
import { LearnRefundsHandler } from './application/commands/learn-refunds.js';
import { ListRefundsHandler } from './application/commands/list-refunds.js';
import { OpenPaymentHandler } from './application/commands/open-payment.js';
import { ReceiveWebhookHandler } from './application/commands/receive-webhook.js';
import { ReconcilePaymentsHandler } from './application/commands/reconcile-payments.js';
import { RefundPaymentHandler } from './application/commands/refund-payment.js';
import { ReplayWebhookHandler } from './application/commands/replay-webhook.js';
import { RetryRefundHandler } from './application/commands/retry-refund.js';
import { RetryWebhooksHandler } from './application/commands/retry-webhooks.js';
import { StartPaymentHandler } from './application/commands/start-payment.js';
import { SubmitRefundHandler } from './application/commands/submit-refund.js';
import { SweepRecentDaysHandler } from './application/commands/sweep-recent-days.js';
import { WorkDueRowsHandler } from './application/commands/work-due-rows.js';
import { FindPaymentsHandler } from './application/queries/find-payments.js';
import { PaymentRows } from './application/queries/payment-rows.js';
import { PaymentsOfReservationHandler } from './application/queries/payments-of-reservation.js';
import { PaymentsSettledBetweenHandler } from './application/queries/payments-settled-between.js';
import { RefundsOfReservationsHandler } from './application/queries/refunds-of-reservations.js';
import { SettledPaymentsOfHandler } from './application/queries/settled-payments-of.js';
import { FindWebhooksHandler, WebhookByIdHandler } from './application/queries/webhooks.js';
import { CancelPaymentWhenHoldExpired } from './application/reactions/cancel-payment-when-hold-expired.js';
import { CancelPaymentWhenReservationCancelled } from './application/reactions/cancel-payment-when-reservation-cancelled.js';
import { RefundPaymentWhenPaymentCameTooLate } from './application/reactions/refund-payment-when-payment-came-too-late.js';
import { RefundPaymentWhenReservationCancelled } from './application/reactions/refund-payment-when-reservation-cancelled.js';
import { RefundPaymentWhenSurplusPaymentReceived } from './application/reactions/refund-payment-when-surplus-payment-received.js';
import { CardPayments } from './domain/card-payments.js';
import { Disputes } from './domain/disputes.js';
import { DueRows } from './domain/due-rows.js';
import { Payments } from './domain/payments.js';
import { Webhooks } from './domain/webhooks.js';
import { AdminPaymentsController } from './infrastructure/admin-payments.controller.js';
import { paymentSchema } from './infrastructure/payment.schema.js';
import { PaymentsController } from './infrastructure/payments.controller.js';
import { DueRowsSchedule, ReconcilingSchedule, SweepsSchedule, WebhookRetrySchedule } from './infrastructure/payments.schedule.js';
import { PostgresDisputes } from './infrastructure/postgres-disputes.js';
import { PostgresDueRows } from './infrastructure/postgres-due-rows.js';
import { PostgresPayments } from './infrastructure/postgres-payments.js';
import { PostgresWebhooks } from './infrastructure/postgres-webhooks.js';
import { StripeCardPayments } from './infrastructure/stripe-card-payments.js';
import { StripeWebhookController } from './infrastructure/stripe-webhook.controller.js';

@Module({
  imports: [TypeOrmModule.forFeature([paymentSchema])],
  providers: [
    { provide: Payments, useClass: PostgresPayments },
    { provide: DueRows, useClass: PostgresDueRows },
    { provide: Webhooks, useClass: PostgresWebhooks },
    { provide: Disputes, useClass: PostgresDisputes },
    { provide: CardPayments, useClass: StripeCardPayments },
    PaymentRows,
    StartPaymentHandler,
    OpenPaymentHandler,
    CheckPaymentHandler,
    CancelPaymentHandler,
    CancelIntentHandler,
    AbandonPaymentsHandler,
    LearnIntentHandler,
    LearnRefundsHandler,
    RefundPaymentHandler,
    SubmitRefundHandler,
    ListRefundsHandler,
    RetryRefundHandler,
    ReceiveWebhookHandler,
    ApplyWebhookHandler,
    RetryWebhooksHandler,
    ReplayWebhookHandler,
    CheckEventHandler,
    WorkDueRowsHandler,
    ReconcilePaymentsHandler,
    FetchUndeliveredEventsHandler,
    SweepRecentDaysHandler,
    PaymentsOfReservationHandler,
    FindPaymentsHandler,
    FindWebhooksHandler,
    WebhookByIdHandler,
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
    WebhookRetrySchedule,
    ReconcilingSchedule,
  ],
})
export class PaymentsWorker {}
