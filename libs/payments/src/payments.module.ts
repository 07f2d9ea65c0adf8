/** The modules of the payments context: what every process provides, and what the API and the worker add to it. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { paymentsHandlers, paymentsJobs, paymentsReactions, paymentsServices } from './application/handlers.js';
import { CardPayments } from './domain/card-payments.js';
import { Disputes } from './domain/disputes.js';
import { OwedRefundsWatermark } from './domain/owed-refunds-watermark.js';
import { Payments } from './domain/payments.js';
import { StripeEvents } from './domain/stripe-events.js';
import { AdminPaymentsController } from './infrastructure/admin-payments.controller.js';
import { AdminRefundsController } from './infrastructure/admin-refunds.controller.js';
import { AdminStripeEventsController } from './infrastructure/admin-stripe-events.controller.js';
import { paymentSchema } from './infrastructure/payment.schema.js';
import { PaymentsMetrics } from './infrastructure/payments.metrics.js';
import { PaymentsController } from './infrastructure/payments.controller.js';
import { ReconciliationSchedule, StripeEventRetrySchedule } from './infrastructure/payments.schedule.js';
import { PostgresDisputes } from './infrastructure/postgres-disputes.js';
import { PostgresOwedRefundsWatermark } from './infrastructure/postgres-owed-refunds-watermark.js';
import { PostgresPayments } from './infrastructure/postgres-payments.js';
import { PostgresStripeEvents } from './infrastructure/postgres-stripe-events.js';
import { RefundRows } from './infrastructure/refund-rows.js';
import { StripeCardPayments } from './infrastructure/stripe-card-payments.js';
import { StripeDataRetention, StripeDataRetentionSchedule } from './infrastructure/stripe-data-retention.schedule.js';
import { StripeKeyCheck } from './infrastructure/stripe-key-check.js';
import { StripeWebhookController } from './infrastructure/stripe-webhook.controller.js';

const ports = [
  { provide: Payments, useClass: PostgresPayments },
  { provide: StripeEvents, useClass: PostgresStripeEvents },
  { provide: Disputes, useClass: PostgresDisputes },
  { provide: OwedRefundsWatermark, useClass: PostgresOwedRefundsWatermark },
  { provide: CardPayments, useClass: StripeCardPayments },
];

@Module({
  imports: [TypeOrmModule.forFeature([paymentSchema])],
  providers: [...ports, ...paymentsServices, ...paymentsHandlers, RefundRows],
  exports: [...ports.map(({ provide }) => provide), ...paymentsServices],
})
export class PaymentsModule {}

@Module({
  imports: [PaymentsModule],
  controllers: [PaymentsController, AdminPaymentsController, AdminRefundsController, AdminStripeEventsController, StripeWebhookController],
  providers: [StripeKeyCheck],
})
export class PaymentsApi {}

@Module({
  imports: [PaymentsModule],
  providers: [
    ...paymentsJobs,
    ...paymentsReactions,
    StripeEventRetrySchedule,
    ReconciliationSchedule,
    StripeDataRetention,
    StripeDataRetentionSchedule,
    StripeKeyCheck,
    PaymentsMetrics,
  ],
})
export class PaymentsWorker {}
