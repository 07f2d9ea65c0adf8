/** Every class of the application layer of payments. The module provides them, and specs wire them with fakes. */
import { ClientSecrets } from './client-secrets.js';
import { CancelOpenPaymentsHandler } from './commands/cancel-open-payments.js';
import { DismissStripeEventHandler } from './commands/dismiss-stripe-event.js';
import { MarkRefundPaidOutHandler } from './commands/mark-refund-paid-out.js';
import { ReceiveStripeEventHandler } from './commands/receive-stripe-event.js';
import { ReconcilePaymentAsAdminHandler } from './commands/reconcile-payment-as-admin.js';
import { ReconcilePaymentsHandler } from './commands/reconcile-payments.js';
import { RefundAsGoodwillHandler } from './commands/refund-as-goodwill.js';
import { RefundPaymentHandler } from './commands/refund-payment.js';
import { ReplayStripeEventHandler } from './commands/replay-stripe-event.js';
import { RetryRefundHandler } from './commands/retry-refund.js';
import { RetryRefundsHandler } from './commands/retry-refunds.js';
import { RetryStripeEventsHandler } from './commands/retry-stripe-events.js';
import { StartPaymentHandler } from './commands/start-payment.js';
import { IdempotentRequests } from './idempotent-requests.js';
import { IntentCanceller } from './intent-canceller.js';
import { IntentOpener } from './intent-opener.js';
import { IntentsOfCharges } from './intents-of-charges.js';
import { AskForCharge } from './jobs/ask-for-charge.js';
import { CancelIntent } from './jobs/cancel-intent.js';
import { CancelPayment } from './jobs/cancel-payment.js';
import { CheckDispute } from './jobs/check-dispute.js';
import { CheckPayment } from './jobs/check-payment.js';
import { CheckPaymentsOfEndingHolds } from './jobs/check-payments-of-ending-holds.js';
import { CheckStripeEvent } from './jobs/check-stripe-event.js';
import { CheckSubmittedRefunds } from './jobs/check-submitted-refunds.js';
import { FetchUndeliveredEvents } from './jobs/fetch-undelivered-events.js';
import { ListRefunds } from './jobs/list-refunds.js';
import { OpenPayment } from './jobs/open-payment.js';
import { RequestOwedRefunds } from './jobs/request-owed-refunds.js';
import { RequestRefundsOfPayment } from './jobs/request-refunds-of-payment.js';
import { SubmitRefund } from './jobs/submit-refund.js';
import { SweepDisputes } from './jobs/sweep-disputes.js';
import { SweepIntents } from './jobs/sweep-intents.js';
import { SweepRecentDays } from './jobs/sweep-recent-days.js';
import { SweepRefunds } from './jobs/sweep-refunds.js';
import { RecentClientSecrets } from './recent-client-secrets.js';
import { OwedSums } from './owed-sums.js';
import { KeptMoneyOfHandler } from './queries/kept-money-of.js';
import { PaymentPages } from './queries/parts/payment-pages.js';
import { PaymentAccountsBetweenHandler } from './queries/payment-accounts-between.js';
import { PaymentAccountsOfHandler } from './queries/payment-accounts-of.js';
import { PaymentForAdminHandler } from './queries/payment-for-admin.js';
import { PaymentIdsOfReservationHandler } from './queries/payment-ids-of-reservation.js';
import { PaymentOfReservationHandler } from './queries/payment-of-reservation.js';
import { PaymentsForAdminHandler } from './queries/payments-for-admin.js';
import { PaymentsOfReservationHandler } from './queries/payments-of-reservation.js';
import { PaymentsSettledBetweenHandler } from './queries/payments-settled-between.js';
import { RecentDisputesHandler } from './queries/recent-disputes.js';
import { RefundForAdminHandler } from './queries/refund-for-admin.js';
import { RefundsChangedBetweenHandler } from './queries/refunds-changed-between.js';
import { RefundsForAdminHandler } from './queries/refunds-for-admin.js';
import { RefundsOfReservationsHandler } from './queries/refunds-of-reservations.js';
import { RefundsThatWouldBeRequestedHandler } from './queries/refunds-that-would-be-requested.js';
import { ReturnableSumsOfHandler } from './queries/returnable-sums-of.js';
import { SettledPaymentsByIdsHandler } from './queries/settled-payments-by-ids.js';
import { SettledPaymentsOfHandler } from './queries/settled-payments-of.js';
import { StripeDifferencesBetweenHandler } from './queries/stripe-differences-between.js';
import { StripeEventForAdminHandler } from './queries/stripe-event-for-admin.js';
import { StripeEventsForAdminHandler } from './queries/stripe-events-for-admin.js';
import { CancelPaymentWhenHoldExpired } from './reactions/cancel-payment-when-hold-expired.js';
import { CancelPaymentWhenReservationCancelled } from './reactions/cancel-payment-when-reservation-cancelled.js';
import { CancelPaymentWhenSeatsChanged } from './reactions/cancel-payment-when-seats-changed.js';
import { RefundPaymentWhenPaymentCameTooLate } from './reactions/refund-payment-when-payment-came-too-late.js';
import { RefundPaymentWhenRefundDueRaised } from './reactions/refund-payment-when-refund-due-raised.js';
import { RefundPaymentWhenReservationCancelled } from './reactions/refund-payment-when-reservation-cancelled.js';
import { RefundPaymentWhenSurplusPaymentReceived } from './reactions/refund-payment-when-surplus-payment-received.js';
import { StripeComparison } from './stripe-comparison.js';
import { StripeEventProcessor } from './stripe-event-processor.js';
import { StripeSync } from './stripe-sync.js';

const commandHandlers = [
  CancelOpenPaymentsHandler,
  DismissStripeEventHandler,
  MarkRefundPaidOutHandler,
  ReceiveStripeEventHandler,
  ReconcilePaymentAsAdminHandler,
  ReconcilePaymentsHandler,
  RefundAsGoodwillHandler,
  RefundPaymentHandler,
  ReplayStripeEventHandler,
  RetryRefundHandler,
  RetryRefundsHandler,
  RetryStripeEventsHandler,
  StartPaymentHandler,
];

const queryHandlers = [
  KeptMoneyOfHandler,
  PaymentAccountsBetweenHandler,
  PaymentAccountsOfHandler,
  PaymentForAdminHandler,
  PaymentIdsOfReservationHandler,
  PaymentOfReservationHandler,
  PaymentsForAdminHandler,
  PaymentsOfReservationHandler,
  PaymentsSettledBetweenHandler,
  RecentDisputesHandler,
  RefundForAdminHandler,
  RefundsChangedBetweenHandler,
  RefundsForAdminHandler,
  RefundsOfReservationsHandler,
  RefundsThatWouldBeRequestedHandler,
  ReturnableSumsOfHandler,
  SettledPaymentsByIdsHandler,
  SettledPaymentsOfHandler,
  StripeDifferencesBetweenHandler,
  StripeEventForAdminHandler,
  StripeEventsForAdminHandler,
];

export const paymentsHandlers = [...commandHandlers, ...queryHandlers];

/** What several of them share, and reactions and jobs too. */
export const paymentsServices = [
  ClientSecrets,
  IdempotentRequests,
  IntentCanceller,
  IntentOpener,
  IntentsOfCharges,
  RecentClientSecrets,
  OwedSums,
  PaymentPages,
  StripeComparison,
  StripeEventProcessor,
  StripeSync,
];

/** Run by the worker only. */
export const paymentsJobs = [
  AskForCharge,
  CancelIntent,
  CancelPayment,
  CheckDispute,
  CheckPayment,
  CheckPaymentsOfEndingHolds,
  CheckStripeEvent,
  CheckSubmittedRefunds,
  FetchUndeliveredEvents,
  ListRefunds,
  OpenPayment,
  RequestOwedRefunds,
  RequestRefundsOfPayment,
  SubmitRefund,
  SweepDisputes,
  SweepIntents,
  SweepRecentDays,
  SweepRefunds,
];

/** Run by the worker only. */
export const paymentsReactions = [
  CancelPaymentWhenHoldExpired,
  CancelPaymentWhenReservationCancelled,
  CancelPaymentWhenSeatsChanged,
  RefundPaymentWhenPaymentCameTooLate,
  RefundPaymentWhenRefundDueRaised,
  RefundPaymentWhenReservationCancelled,
  RefundPaymentWhenSurplusPaymentReceived,
];
