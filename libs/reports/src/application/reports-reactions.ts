/** Every reaction of the reports context: the worker runs them, and a rebuild calls them. */
import { CountCapacityWhenShowtimeChanged } from './reactions/count-capacity-when-showtime-changed.js';
import { CountCapacityWhenShowtimeScheduled } from './reactions/count-capacity-when-showtime-scheduled.js';
import { CountLostMoneyWhenDisputeClosed } from './reactions/count-lost-money-when-dispute-closed.js';
import { CountMoneyWhenPaymentRefunded } from './reactions/count-money-when-payment-refunded.js';
import { CountMoneyWhenPaymentSucceeded } from './reactions/count-money-when-payment-succeeded.js';
import { CountMoneyWhenRefundPaidOut } from './reactions/count-money-when-refund-paid-out.js';
import { CountMoneyWhenUnexpectedMoneyReceived } from './reactions/count-money-when-unexpected-money-received.js';
import { CountNoCapacityWhenShowtimeCancelled } from './reactions/count-no-capacity-when-showtime-cancelled.js';
import { CountNoMoneyWhenRefundFailed } from './reactions/count-no-money-when-refund-failed.js';
import { CountNoSeatsWhenHoldExpired } from './reactions/count-no-seats-when-hold-expired.js';
import { CountNoSeatsWhenReservationCancelled } from './reactions/count-no-seats-when-reservation-cancelled.js';
import { CountSeatsWhenReservationConfirmed } from './reactions/count-seats-when-reservation-confirmed.js';
import { CountSeatsWhenSeatsChanged } from './reactions/count-seats-when-seats-changed.js';
import { NameMovieWhenMovieAdded } from './reactions/name-movie-when-movie-added.js';
import { NameMovieWhenMovieChanged } from './reactions/name-movie-when-movie-changed.js';
import { NameTheatreWhenTheatreChanged } from './reactions/name-theatre-when-theatre-changed.js';
import { NameTheatreWhenTheatreOpened } from './reactions/name-theatre-when-theatre-opened.js';

/** Run by the worker only. */
export const reportsReactions = [
  NameMovieWhenMovieAdded,
  NameMovieWhenMovieChanged,
  NameTheatreWhenTheatreOpened,
  NameTheatreWhenTheatreChanged,
  CountCapacityWhenShowtimeScheduled,
  CountCapacityWhenShowtimeChanged,
  CountNoCapacityWhenShowtimeCancelled,
  CountSeatsWhenReservationConfirmed,
  CountSeatsWhenSeatsChanged,
  CountNoSeatsWhenReservationCancelled,
  CountNoSeatsWhenHoldExpired,
  CountMoneyWhenPaymentSucceeded,
  CountMoneyWhenUnexpectedMoneyReceived,
  CountMoneyWhenPaymentRefunded,
  CountMoneyWhenRefundPaidOut,
  CountNoMoneyWhenRefundFailed,
  CountLostMoneyWhenDisputeClosed,
];
