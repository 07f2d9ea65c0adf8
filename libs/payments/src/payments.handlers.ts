/** The application layer of payments, class by class: the module provides it, and specs run it on fakes. */
import { CancelOpenPaymentsHandler } from './application/commands/cancel-open-payments.js';
import { ReceiveStripeEventHandler } from './application/commands/receive-stripe-event.js';
import { ReconcilePaymentsHandler } from './application/commands/reconcile-payments.js';
import { RefundPaymentHandler } from './application/commands/refund-payment.js';
import { ReplayStripeEventHandler } from './application/commands/replay-stripe-event.js';
import { RetryRefundHandler } from './application/commands/retry-refund.js';
import { RetryStripeEventsHandler } from './application/commands/retry-stripe-events.js';
import { StartPaymentHandler } from './application/commands/start-payment.js';
import { IdempotentRequests } from './application/idempotent-requests.js';
import { IntentOpener } from './application/intent-opener.js';
import { CancelIntent } from './application/jobs/cancel-intent.js';
import { CancelPayment } from './application/jobs/cancel-payment.js';
import { CheckPayment } from './application/jobs/check-payment.js';
import { CheckStripeEvent } from './application/jobs/check-stripe-event.js';
import { FetchUndeliveredEvents } from './application/jobs/fetch-undelivered-events.js';
import { ListRefunds } from './application/jobs/list-refunds.js';
import { OpenPayment } from './application/jobs/open-payment.js';
import { SubmitRefund } from './application/jobs/submit-refund.js';
import { SweepRecentDays } from './application/jobs/sweep-recent-days.js';
import { PaymentsForAdminHandler } from './application/queries/payments-for-admin.js';
import { PaymentsOfReservationHandler } from './application/queries/payments-of-reservation.js';
import { PaymentsSettledBetweenHandler } from './application/queries/payments-settled-between.js';
import { RefundsOfReservationsHandler } from './application/queries/refunds-of-reservations.js';
import { SettledPaymentsOfHandler } from './application/queries/settled-payments-of.js';
import { StripeEventForAdminHandler } from './application/queries/stripe-event-for-admin.js';
import { StripeEventsForAdminHandler } from './application/queries/stripe-events-for-admin.js';
import { CancelPaymentWhenHoldExpired } from './application/reactions/cancel-payment-when-hold-expired.js';
import { CancelPaymentWhenReservationCancelled } from './application/reactions/cancel-payment-when-reservation-cancelled.js';
import { RefundPaymentWhenPaymentCameTooLate } from './application/reactions/refund-payment-when-payment-came-too-late.js';
import { RefundPaymentWhenReservationCancelled } from './application/reactions/refund-payment-when-reservation-cancelled.js';
import { RefundPaymentWhenSurplusPaymentReceived } from './application/reactions/refund-payment-when-surplus-payment-received.js';
import { StripeEventProcessor } from './application/stripe-event-processor.js';
import { StripeSync } from './application/stripe-sync.js';

export const paymentsServices = [StripeSync, StripeEventProcessor, IdempotentRequests, IntentOpener];

const commandHandlers = [
  StartPaymentHandler,
  CancelOpenPaymentsHandler,
  RefundPaymentHandler,
  RetryRefundHandler,
  ReceiveStripeEventHandler,
  RetryStripeEventsHandler,
  ReplayStripeEventHandler,
  ReconcilePaymentsHandler,
];

const queryHandlers = [
  PaymentsOfReservationHandler,
  PaymentsForAdminHandler,
  StripeEventsForAdminHandler,
  StripeEventForAdminHandler,
  SettledPaymentsOfHandler,
  PaymentsSettledBetweenHandler,
  RefundsOfReservationsHandler,
];

export const paymentsJobs = [
  SubmitRefund,
  OpenPayment,
  CheckPayment,
  CancelPayment,
  CancelIntent,
  ListRefunds,
  CheckStripeEvent,
  FetchUndeliveredEvents,
  SweepRecentDays,
];

export const paymentsReactions = [
  CancelPaymentWhenHoldExpired,
  CancelPaymentWhenReservationCancelled,
  RefundPaymentWhenReservationCancelled,
  RefundPaymentWhenPaymentCameTooLate,
  RefundPaymentWhenSurplusPaymentReceived,
];

export const paymentsHandlers = [...commandHandlers, ...queryHandlers];
