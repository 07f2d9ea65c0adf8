/** Every handler of the notifications context. The modules provide them, and specs wire them with fakes. */
import { RetryMailHandler } from './commands/retry-mail.js';
import { EraseMailsOfErasedUsers } from './jobs/erase-mails-of-erased-users.js';
import { RemindOfHolds } from './jobs/remind-of-holds.js';
import { RequestMissingMails } from './jobs/request-missing-mails.js';
import { SendMail } from './jobs/send-mail.js';
import { SendUrgentMail } from './jobs/send-urgent-mail.js';
import { MailDelivery } from './mail-delivery.js';
import { MailRequests } from './mail-requests.js';
import { MailWriter } from './mail-writer.js';
import { MailForAdminHandler } from './queries/mail-for-admin.js';
import { MailLanguagesHandler } from './queries/mail-languages.js';
import { MailsAboutReservationHandler } from './queries/mails-about-reservation.js';
import { MailsForAdminHandler } from './queries/mails-for-admin.js';
import { EraseMailsWhenUserErased } from './reactions/erase-mails-when-user-erased.js';
import { MailWhenEmailVerificationRequested } from './reactions/mail-when-email-verification-requested.js';
import { MailWhenPasswordResetRequested } from './reactions/mail-when-password-reset-requested.js';
import { MailWhenPaymentRefunded } from './reactions/mail-when-payment-refunded.js';
import { MailWhenRefundSubmitted } from './reactions/mail-when-refund-submitted.js';
import { MailWhenReservationCancelled } from './reactions/mail-when-reservation-cancelled.js';
import { MailWhenReservationConfirmed } from './reactions/mail-when-reservation-confirmed.js';
import { MailWhenSeatsChanged } from './reactions/mail-when-seats-changed.js';

const commandHandlers = [RetryMailHandler];

const queryHandlers = [MailForAdminHandler, MailLanguagesHandler, MailsAboutReservationHandler, MailsForAdminHandler];

export const notificationsHandlers = [...commandHandlers, ...queryHandlers];

/** What several of them share, and reactions and jobs too. */
export const notificationsServices = [MailRequests, MailWriter];

/** What jobs share. The worker only has it, because no other process sends mails. */
export const notificationsJobServices = [MailDelivery];

/** Run by the worker only. */
export const notificationsJobs = [EraseMailsOfErasedUsers, RemindOfHolds, RequestMissingMails, SendMail, SendUrgentMail];

/** Run by the worker only. */
export const notificationsReactions = [
  EraseMailsWhenUserErased,
  MailWhenEmailVerificationRequested,
  MailWhenPasswordResetRequested,
  MailWhenPaymentRefunded,
  MailWhenRefundSubmitted,
  MailWhenReservationCancelled,
  MailWhenReservationConfirmed,
  MailWhenSeatsChanged,
];
