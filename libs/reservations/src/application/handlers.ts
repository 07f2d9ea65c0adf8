/** Every handler of the reservations context. The modules provide them, and specs wire them with fakes. */
import { CapturedMoney } from './captured-money.js';
import { AdmitCustomerHandler } from './commands/admit-customer.js';
import { CancelReservationAsAdminHandler } from './commands/cancel-reservation-as-admin.js';
import { CancelReservationHandler } from './commands/cancel-reservation.js';
import { ChangeSeatsHandler } from './commands/change-seats.js';
import { CompareShowtimesHandler } from './commands/compare-showtimes.js';
import { CompleteReservationsHandler } from './commands/complete-reservations.js';
import { ExpireHoldsHandler } from './commands/expire-holds.js';
import { ExtendHoldHandler } from './commands/extend-hold.js';
import { HoldSeatsHandler } from './commands/hold-seats.js';
import { MarkNoShowsHandler } from './commands/mark-no-shows.js';
import { ProcessCancellationRunsHandler } from './commands/process-cancellation-runs.js';
import { ReconcileReservationAsAdminHandler } from './commands/reconcile-reservation-as-admin.js';
import { SettlePaymentHandler } from './commands/settle-payment.js';
import { CurrentSalesStatus } from './current-sales-status.js';
import { ErasedCustomers } from './erased-customers.js';
import { HoldExpiry } from './hold-expiry.js';
import { HoldRetries } from './hold-retries.js';
import { EndReservationsOfErasedUsers } from './jobs/end-reservations-of-erased-users.js';
import { RecordMissingDisputes } from './jobs/record-missing-disputes.js';
import { SettleOutstandingPayments } from './jobs/settle-outstanding-payments.js';
import { BestSeatsOfHandler } from './queries/best-seats-of.js';
import { CancellationProgressHandler } from './queries/cancellation-progress.js';
import { CancellationQuoteHandler } from './queries/cancellation-quote.js';
import { EffectOnReservationsHandler } from './queries/effect-on-reservations.js';
import { HoldsEndingBetweenHandler } from './queries/holds-ending-between.js';
import { MyReservationHandler } from './queries/my-reservation.js';
import { MyReservationsHandler } from './queries/my-reservations.js';
import { ClaimedSeats } from './queries/parts/claimed-seats.js';
import { ReservationRefunds } from './queries/parts/reservation-refunds.js';
import { ReservationViews } from './queries/parts/reservation-views.js';
import { PayableReservationHandler } from './queries/payable-reservation.js';
import { RefundsOwedBetweenHandler } from './queries/refunds-owed-between.js';
import { ReservationAccountsOfHandler } from './queries/reservation-accounts-of.js';
import { ReservationForAdminHandler } from './queries/reservation-for-admin.js';
import { ReservationTimelineHandler } from './queries/reservation-timeline.js';
import { ReservationsByIdsHandler } from './queries/reservations-by-ids.js';
import { ReservationsCancelledBetweenHandler } from './queries/reservations-cancelled-between.js';
import { ReservationsConfirmedBetweenHandler } from './queries/reservations-confirmed-between.js';
import { ReservationsForAdminHandler } from './queries/reservations-for-admin.js';
import { ReservationsNotPayableHandler } from './queries/reservations-not-payable.js';
import { SeatDifferencesOfHandler } from './queries/seat-differences-of.js';
import { SeatMapHandler } from './queries/seat-map.js';
import { SeatQuoteHandler } from './queries/seat-quote.js';
import { SeatsTakenOfHandler } from './queries/seats-taken-of.js';
import { UpcomingReservationsHandler } from './queries/upcoming-reservations.js';
import { CloseSalesWhenShowtimeCancelled } from './reactions/close-sales-when-showtime-cancelled.js';
import { CloseSalesWhenShowtimeMoved } from './reactions/close-sales-when-showtime-moved.js';
import { ConfirmReservationWhenPaymentSucceeded } from './reactions/confirm-reservation-when-payment-succeeded.js';
import { CorrectEndWhenShowtimeChanged } from './reactions/correct-end-when-showtime-changed.js';
import { EndHoldsWhenUserDeactivated } from './reactions/end-holds-when-user-deactivated.js';
import { EndReservationsWhenUserErased } from './reactions/end-reservations-when-user-erased.js';
import { RecordDisputeWhenDisputeClosed } from './reactions/record-dispute-when-dispute-closed.js';
import { RecordDisputeWhenDisputeOpened } from './reactions/record-dispute-when-dispute-opened.js';
import { Sellers } from './sellers.js';
import { SettlementService } from './settlement-service.js';
import { ShowtimeComparison } from './showtime-comparison.js';

const commandHandlers = [
  AdmitCustomerHandler,
  CancelReservationAsAdminHandler,
  CancelReservationHandler,
  ChangeSeatsHandler,
  CompareShowtimesHandler,
  CompleteReservationsHandler,
  ExpireHoldsHandler,
  ExtendHoldHandler,
  HoldSeatsHandler,
  MarkNoShowsHandler,
  ProcessCancellationRunsHandler,
  ReconcileReservationAsAdminHandler,
  SettlePaymentHandler,
];

const queryHandlers = [
  BestSeatsOfHandler,
  CancellationProgressHandler,
  CancellationQuoteHandler,
  EffectOnReservationsHandler,
  HoldsEndingBetweenHandler,
  MyReservationHandler,
  MyReservationsHandler,
  PayableReservationHandler,
  RefundsOwedBetweenHandler,
  ReservationAccountsOfHandler,
  ReservationForAdminHandler,
  ReservationTimelineHandler,
  ReservationsByIdsHandler,
  ReservationsCancelledBetweenHandler,
  ReservationsConfirmedBetweenHandler,
  ReservationsForAdminHandler,
  ReservationsNotPayableHandler,
  SeatDifferencesOfHandler,
  SeatMapHandler,
  SeatQuoteHandler,
  SeatsTakenOfHandler,
  UpcomingReservationsHandler,
];

export const reservationsHandlers = [...commandHandlers, ...queryHandlers];

/** What several of them share, and reactions and jobs too. */
export const reservationsServices = [
  CapturedMoney,
  CurrentSalesStatus,
  ErasedCustomers,
  HoldExpiry,
  HoldRetries,
  ClaimedSeats,
  ReservationRefunds,
  ReservationViews,
  Sellers,
  SettlementService,
  ShowtimeComparison,
];

/** Run by the worker only. */
export const reservationsJobs = [EndReservationsOfErasedUsers, RecordMissingDisputes, SettleOutstandingPayments];

/** Run by the worker only. */
export const reservationsReactions = [
  CloseSalesWhenShowtimeCancelled,
  CloseSalesWhenShowtimeMoved,
  ConfirmReservationWhenPaymentSucceeded,
  CorrectEndWhenShowtimeChanged,
  EndHoldsWhenUserDeactivated,
  EndReservationsWhenUserErased,
  RecordDisputeWhenDisputeClosed,
  RecordDisputeWhenDisputeOpened,
];
