/** Every migration, oldest first. */
import { LayTheFoundation20261121080000 } from './20261121080000-lay-the-foundation.js';
import { OpenTheAccounts20261121081000 } from './20261121081000-open-the-accounts.js';
import { KeepTheCatalogue20261121082000 } from './20261121082000-keep-the-catalogue.js';
import { BuildTheTheatres20261121083000 } from './20261121083000-build-the-theatres.js';
import { KeepTheTimetable20261121084000 } from './20261121084000-keep-the-timetable.js';
import { KeepReservations20261121085000 } from './20261121085000-keep-reservations.js';
import { KeepPayments20261121086000 } from './20261121086000-keep-payments.js';
import { WorkOffCancellationRuns20261121087000 } from './20261121087000-work-off-cancellation-runs.js';
import { OpenTheAdminsDoors20261121088000 } from './20261121088000-open-the-admins-doors.js';
import { RenameWebhooksToStripeEvents20261125090000 } from './20261125090000-rename-webhooks-to-stripe-events.js';
import { RenameSettlementAndSalesStatuses20261125091000 } from './20261125091000-rename-settlement-and-sales-statuses.js';
import { MoveDueRowsToJobs20261125092000 } from './20261125092000-move-due-rows-to-jobs.js';
import { RenameUnsubscribedQueue20261125093000 } from './20261125093000-rename-unsubscribed-queue.js';
import { AddLastMoveToShowtimes20261126100100 } from './20261126100100-add-last-move-to-showtimes.js';
import { AddRefundDueToReservations20261126100110 } from './20261126100110-add-refund-due-to-reservations.js';
import { AddRefundsThatAreOwed20261126100200 } from './20261126100200-add-refunds-that-are-owed.js';
import { IndexRefundsAndStripeEvents20261126100210 } from './20261126100210-index-refunds-and-stripe-events.js';
import { KeyOwedRefundsWatermark20261126100215 } from './20261126100215-key-owed-refunds-watermark.js';
import { AddPaymentChecks20261126100220 } from './20261126100220-add-payment-checks.js';
import { KeepStripeEventsForATime20261126100230 } from './20261126100230-keep-stripe-events-for-a-time.js';
import { AllowOperatorsInAuditTrail20261126100400 } from './20261126100400-allow-operators-in-audit-trail.js';
import { AddRevokedAccess20261126100410 } from './20261126100410-add-revoked-access.js';
import { IndexAuditTrailAndRateLimits20261126100420 } from './20261126100420-index-audit-trail-and-rate-limits.js';
import { AddRefusalsToOutbox20261126100500 } from './20261126100500-add-refusals-to-outbox.js';
import { IndexRefusedAndParkedOutboxRows20261126100510 } from './20261126100510-index-refused-and-parked-outbox-rows.js';
import { AddTimesToBindings20261126100520 } from './20261126100520-add-times-to-bindings.js';
import { IndexWaitingDeadLettersOfAQueue20261126100530 } from './20261126100530-index-waiting-dead-letters-of-a-queue.js';
import { FoldSortKeys20261126100600 } from './20261126100600-fold-sort-keys.js';
import { CreateReports20261126100700 } from './20261126100700-create-reports.js';
import { AddLanguageAndMailLinksToUsers20261126110100 } from './20261126110100-add-language-and-mail-links-to-users.js';
import { CreateSessions20261126110110 } from './20261126110110-create-sessions.js';
import { CreateNotifications20261126110200 } from './20261126110200-create-notifications.js';
import { IndexConfirmedReservations20261126110210 } from './20261126110210-index-confirmed-reservations.js';
import { AddPosterToMovies20261126110300 } from './20261126110300-add-poster-to-movies.js';
import { AddSeatChanges20261126110500 } from './20261126110500-add-seat-changes.js';
import { IndexSeatChanges20261126110510 } from './20261126110510-index-seat-changes.js';
import { VersionMoneyInReports20261126110600 } from './20261126110600-version-money-in-reports.js';
import { IndexShowtimesOfReports20261126110610 } from './20261126110610-index-showtimes-of-reports.js';
import { AddCheckIns20261126120000 } from './20261126120000-add-check-ins.js';
import { AddStaffRolesToUsers20261126122000 } from './20261126122000-add-staff-roles-to-users.js';
import { AddVersionToGenres20261126124000 } from './20261126124000-add-version-to-genres.js';
import { IndexRareRowsOfLists20261126124010 } from './20261126124010-index-rare-rows-of-lists.js';
import { IndexPaymentsByCreation20261126130000 } from './20261126130000-index-payments-by-creation.js';
import { AddMailWatermarks20261126130010 } from './20261126130010-add-mail-watermarks.js';
import { AddChangeTimeToRefunds20261126130020 } from './20261126130020-add-change-time-to-refunds.js';
import { IndexFactsOfMails20261126130030 } from './20261126130030-index-facts-of-mails.js';
import { CreateErasedUsers20261126134001 } from './20261126134001-create-erased-users.js';
import { CreateLoginNetworks20261126134002 } from './20261126134002-create-login-networks.js';
import { IndexSessionsByUser20261126134003 } from './20261126134003-index-sessions-by-user.js';
import { AddDisputesToReservations20261126135001 } from './20261126135001-add-disputes-to-reservations.js';
import { AddLastErrorToPayments20261126135002 } from './20261126135002-add-last-error-to-payments.js';
import { IndexListsOfReservations20261126135003 } from './20261126135003-index-lists-of-reservations.js';
import { AddLostDisputesToReports20261126135004 } from './20261126135004-add-lost-disputes-to-reports.js';
import { CreateApiKeys20261126136001 } from './20261126136001-create-api-keys.js';
import { NumberPublishedEvents20261126136002 } from './20261126136002-number-published-events.js';
import { IndexPublishedEvents20261126136003 } from './20261126136003-index-published-events.js';
import { CreateSubscriptions20261126138001 } from './20261126138001-create-subscriptions.js';
import { AddTraceparentToOutboxAndJobs20261126139001 } from './20261126139001-add-traceparent-to-outbox-and-jobs.js';
import { AddFundsToDisputes20261126140001 } from './20261126140001-add-funds-to-disputes.js';
import { AddVersionToWebhookEndpoints20261126140002 } from './20261126140002-add-version-to-webhook-endpoints.js';
import { AddNameKeysToTheatresAndRooms20261127010001 } from './20261127010001-add-name-keys-to-theatres-and-rooms.js';
import { CompareTheatresAndRoomsByNameKeys20261127010002 } from './20261127010002-compare-theatres-and-rooms-by-name-keys.js';
import { AllowAnyLanguageOfUsers20261127030100 } from './20261127030100-allow-any-language-of-users.js';
import { ValidateLanguageOfUsers20261127030101 } from './20261127030101-validate-language-of-users.js';
import { IndexMoviesByReleaseDate20261127040000 } from './20261127040000-index-movies-by-release-date.js';
import { CountActionsOfEachActor20261127050000 } from './20261127050000-count-actions-of-each-actor.js';
import { AllowRestOfOwedRefunds20261127060000 } from './20261127060000-allow-rest-of-owed-refunds.js';
import { AllowDismissingWhatWaits20261127070000 } from './20261127070000-allow-dismissing-what-waits.js';
import { ValidateStatusOfStripeEvents20261127070001 } from './20261127070001-validate-status-of-stripe-events.js';
import { IndexDismissedDeadLetters20261127070002 } from './20261127070002-index-dismissed-dead-letters.js';
import { CountUnconfirmedSendsOfMails20261127100000 } from './20261127100000-count-unconfirmed-sends-of-mails.js';
import { RememberWhichEventsWereReceived20261127100001 } from './20261127100001-remember-which-events-were-received.js';
import { AddCreatorToApiKeys20261127110000 } from './20261127110000-add-creator-to-api-keys.js';
import { AddChecksToRefunds20261127120000 } from './20261127120000-add-checks-to-refunds.js';
import { AddChangedSeatsToRefunds20261127120100 } from './20261127120100-add-changed-seats-to-refunds.js';
import { AddExpiryToApiKeys20261127130000 } from './20261127130000-add-expiry-to-api-keys.js';
import { IndexExpiryOfApiKeys20261127130001 } from './20261127130001-index-expiry-of-api-keys.js';
import { IndexUsersByRole20261127160000 } from './20261127160000-index-users-by-role.js';
import { DropConfirmationsWatermark20261127150000 } from './20261127150000-drop-confirmations-watermark.js';
import { SendUnconfirmedMailsByTheirOwnJob20261127170000 } from './20261127170000-send-unconfirmed-mails-by-their-own-job.js';
import { DeleteJobsThatDeletedOldRows20261127170001 } from './20261127170001-delete-jobs-that-deleted-old-rows.js';
import { IndexSentMailsOfUsers20261127190000 } from './20261127190000-index-sent-mails-of-users.js';
import { IndexUnpaidHolds20261127190100 } from './20261127190100-index-unpaid-holds.js';
import { AddScheduledTheatres20261128100000 } from './20261128100000-add-scheduled-theatres.js';
import { AddVersionToIdempotencyKeys20261128100100 } from './20261128100100-add-version-to-idempotency-keys.js';
import { AddPayOutsToRefunds20261128110000 } from './20261128110000-add-pay-outs-to-refunds.js';
import { IndexPayOutsOfRefunds20261128110100 } from './20261128110100-index-pay-outs-of-refunds.js';
import { AddAmountToPayOuts20261128120000 } from './20261128120000-add-amount-to-pay-outs.js';
import { FillAmountOfPayOuts20261128120100 } from './20261128120100-fill-amount-of-pay-outs.js';
import { CountRequestsOfRefunds20261128120200 } from './20261128120200-count-requests-of-refunds.js';

export const migrations = [
  LayTheFoundation20261121080000,
  OpenTheAccounts20261121081000,
  KeepTheCatalogue20261121082000,
  BuildTheTheatres20261121083000,
  KeepTheTimetable20261121084000,
  KeepReservations20261121085000,
  KeepPayments20261121086000,
  WorkOffCancellationRuns20261121087000,
  OpenTheAdminsDoors20261121088000,
  RenameWebhooksToStripeEvents20261125090000,
  RenameSettlementAndSalesStatuses20261125091000,
  MoveDueRowsToJobs20261125092000,
  RenameUnsubscribedQueue20261125093000,
  AddLastMoveToShowtimes20261126100100,
  AddRefundDueToReservations20261126100110,
  AddRefundsThatAreOwed20261126100200,
  IndexRefundsAndStripeEvents20261126100210,
  KeyOwedRefundsWatermark20261126100215,
  AddPaymentChecks20261126100220,
  KeepStripeEventsForATime20261126100230,
  AllowOperatorsInAuditTrail20261126100400,
  AddRevokedAccess20261126100410,
  IndexAuditTrailAndRateLimits20261126100420,
  AddRefusalsToOutbox20261126100500,
  IndexRefusedAndParkedOutboxRows20261126100510,
  AddTimesToBindings20261126100520,
  IndexWaitingDeadLettersOfAQueue20261126100530,
  FoldSortKeys20261126100600,
  CreateReports20261126100700,
  AddLanguageAndMailLinksToUsers20261126110100,
  CreateSessions20261126110110,
  CreateNotifications20261126110200,
  IndexConfirmedReservations20261126110210,
  AddPosterToMovies20261126110300,
  AddSeatChanges20261126110500,
  IndexSeatChanges20261126110510,
  VersionMoneyInReports20261126110600,
  IndexShowtimesOfReports20261126110610,
  AddCheckIns20261126120000,
  AddStaffRolesToUsers20261126122000,
  AddVersionToGenres20261126124000,
  IndexRareRowsOfLists20261126124010,
  IndexPaymentsByCreation20261126130000,
  AddMailWatermarks20261126130010,
  AddChangeTimeToRefunds20261126130020,
  IndexFactsOfMails20261126130030,
  CreateErasedUsers20261126134001,
  CreateLoginNetworks20261126134002,
  IndexSessionsByUser20261126134003,
  AddDisputesToReservations20261126135001,
  AddLastErrorToPayments20261126135002,
  IndexListsOfReservations20261126135003,
  AddLostDisputesToReports20261126135004,
  CreateApiKeys20261126136001,
  NumberPublishedEvents20261126136002,
  IndexPublishedEvents20261126136003,
  CreateSubscriptions20261126138001,
  AddTraceparentToOutboxAndJobs20261126139001,
  AddFundsToDisputes20261126140001,
  AddVersionToWebhookEndpoints20261126140002,
  AddNameKeysToTheatresAndRooms20261127010001,
  CompareTheatresAndRoomsByNameKeys20261127010002,
  AllowAnyLanguageOfUsers20261127030100,
  ValidateLanguageOfUsers20261127030101,
  IndexMoviesByReleaseDate20261127040000,
  CountActionsOfEachActor20261127050000,
  AllowRestOfOwedRefunds20261127060000,
  AllowDismissingWhatWaits20261127070000,
  ValidateStatusOfStripeEvents20261127070001,
  IndexDismissedDeadLetters20261127070002,
  CountUnconfirmedSendsOfMails20261127100000,
  RememberWhichEventsWereReceived20261127100001,
  AddCreatorToApiKeys20261127110000,
  AddChecksToRefunds20261127120000,
  AddChangedSeatsToRefunds20261127120100,
  AddExpiryToApiKeys20261127130000,
  IndexExpiryOfApiKeys20261127130001,
  DropConfirmationsWatermark20261127150000,
  IndexUsersByRole20261127160000,
  SendUnconfirmedMailsByTheirOwnJob20261127170000,
  DeleteJobsThatDeletedOldRows20261127170001,
  IndexSentMailsOfUsers20261127190000,
  IndexUnpaidHolds20261127190100,
  AddScheduledTheatres20261128100000,
  AddVersionToIdempotencyKeys20261128100100,
  AddPayOutsToRefunds20261128110000,
  IndexPayOutsOfRefunds20261128110100,
  AddAmountToPayOuts20261128120000,
  FillAmountOfPayOuts20261128120100,
  CountRequestsOfRefunds20261128120200,
];
