import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { MailRecipients, MailToken } from '@app/contracts/auth.js';
import { givenApartOf } from '@app/contracts/owed-refunds.js';
import { countedRefund, PaymentAccountsOf } from '@app/contracts/payment-accounts.js';
import { ReservationsByIds, type ReservationSummary } from '@app/contracts/reservations.js';
import { ShowtimesByIds } from '@app/contracts/showtimes.js';
import { Clock } from '@app/kernel/clock.js';
import { HOUR_MS } from '@app/kernel/durations.js';
import { addMs } from '@app/kernel/instants.js';
import { type Language, Languages } from '../domain/language.js';
import { MAIL_KINDS, type MailState } from '../domain/mail.js';
import type { MailContent } from '../domain/mail-content.js';
import { Mails } from '../domain/mails.js';
import { NotificationsSettings } from '../notifications.settings.js';
import { accountContent } from './content/account-content.js';
import { refundContent } from './content/refund-content.js';
import {
  cancelledContent,
  confirmedContent,
  holdEndingContent,
  type ReservationMail,
  seatsChangedContent,
} from './content/reservation-content.js';
import type { Recipient } from './content/mail-frame.js';

/**
 * Of the mails that cost nothing (free tickets, changes of seats, ending holds) to an address that nobody has verified, so many are sent in an hour: an
 * attacker may have registered it to have the inbox of its owner filled. Tickets that were paid and refunds are always sent, to a verified address all.
 */
export const MAX_MAILS_TO_UNVERIFIED = 20;

interface WrittenMail {
  readonly recipient: Recipient;
  readonly language: Language;
  readonly content: MailContent;
}

/** A newer version, which ran beside this one or before it, requested the mail. It must wait for a worker that knows its kind. */
export class UnknownMailKind extends Error {
  constructor(kind: string) {
    super(`There is no mail of the kind ${kind}`);
  }
}

/** Writes mails. It asks the owner of each fact, so that a mail says what is true when it is sent. */
@Injectable()
export class MailWriter {
  constructor(
    private readonly queries: QueryBus,
    private readonly mails: Mails,
    private readonly languages: Languages,
    private readonly clock: Clock,
    private readonly settings: NotificationsSettings,
  ) {}

  /**
   * Returns null where there is nothing to send: no such user any more, the token is used, the hold or the reservation has ended,
   * or an address that is not verified got too many. Throws `UnknownMailKind`.
   */
  async write(mail: MailState): Promise<WrittenMail | null> {
    if (!MAIL_KINDS.includes(mail.kind)) throw new UnknownMailKind(mail.kind);
    if (mail.kind === 'email-verification' || mail.kind === 'password-reset') return this.writeAccountMail(mail, mail.kind);
    const about = await this.readReservation(mail);
    const content = about === null ? null : await this.reservationContent(mail, about);
    return about === null || content === null ? null : { ...about, content };
  }

  private async reservationContent({ kind, factId, facts }: MailState, about: ReservationMail): Promise<MailContent | null> {
    switch (kind) {
      case 'reservation-confirmed':
        // After the mail about its cancellation, tickets would bring the calendar entry back.
        return isTicket(about.reservation) ? confirmedContent(about) : null;
      case 'seats-changed':
        // It has the seats of this moment, also where they were changed once more meanwhile.
        return about.reservation.status === 'confirmed' ? seatsChangedContent(about) : null;
      case 'reservation-cancelled':
        return cancelledContent(about, facts, { goneApart: await this.goneApart(facts.paymentId) });
      case 'hold-ending': {
        const { status, heldUntil } = about.reservation;
        return status === 'held' && new Date(heldUntil) > this.clock.now() ? holdEndingContent(about) : null;
      }
      case 'refund-submitted':
      case 'refund-arrived':
        return facts.amount !== undefined && (await this.isStillTrue(kind, { factId, facts }))
          ? refundContent(kind, about, facts.amount)
          : null;
      default:
        throw new UnknownMailKind(kind);
    }
  }

  /** A refund may have failed, arrived or gone back to us since. It keeps its id where it is tried again: then only its arrival has a mail. */
  private async isStillTrue(
    kind: 'refund-submitted' | 'refund-arrived',
    { factId, facts: { paymentId } }: Pick<MailState, 'factId' | 'facts'>,
  ): Promise<boolean> {
    if (paymentId === undefined) return true;
    const [account] = await this.queries.execute(new PaymentAccountsOf([paymentId]));
    const refund = account?.refunds.find(({ refundId }) => refundId === factId);
    return refund?.status === (kind === 'refund-submitted' ? 'submitted' : 'succeeded');
  }

  /** What went back of the payment besides what is owed, is requested to, or is kept by a bank: only the rest can go back because of the cancellation. */
  private async goneApart(paymentId: string | undefined): Promise<number> {
    if (paymentId === undefined) return 0;
    const [account] = await this.queries.execute(new PaymentAccountsOf([paymentId]));
    if (account === undefined) return 0;
    return account.refunds.reduce((sum, refund) => sum + givenApartOf(countedRefund(refund)), account.lost.amount);
  }

  private async writeAccountMail(mail: MailState, kind: 'email-verification' | 'password-reset'): Promise<WrittenMail | null> {
    const found = await this.recipient(mail.userId);
    const token = await this.queries.execute(new MailToken(mail.factId));
    if (found === null || token === null) return null;
    const { publicUrl } = this.settings;
    return { ...found, content: accountContent(kind, { ...found, ...token, publicUrl }) };
  }

  private async readReservation({ kind, reservationId, userId }: MailState): Promise<ReservationMail | null> {
    if (reservationId === null) return null;
    const [reservation] = await this.queries.execute(new ReservationsByIds([reservationId]));
    if (reservation === undefined) return null;
    const found = await this.recipient(userId ?? reservation.customerId);
    if (found === null) return null;
    const costsNothing = reservation.total.amount === 0 || kind === 'seats-changed' || kind === 'hold-ending';
    if (costsNothing && (await this.hasTooMany(found.recipient))) return null;
    const [showtime] = await this.queries.execute(new ShowtimesByIds([reservation.showtimeId]));
    return showtime === undefined ? null : { ...found, reservation, showtime };
  }

  private async hasTooMany({ userId, name }: Recipient): Promise<boolean> {
    if (name !== null) return false;
    const after = addMs(this.clock.now(), -HOUR_MS);
    return (await this.mails.countSent({ userId, after, limit: MAX_MAILS_TO_UNVERIFIED })) >= MAX_MAILS_TO_UNVERIFIED;
  }

  private async recipient(userId: string | null): Promise<{ recipient: Recipient; language: Language } | null> {
    if (userId === null) return null;
    const [found] = await this.queries.execute(new MailRecipients([userId]));
    if (found === undefined) return null;
    const { email, fullName, emailVerified, language } = found;
    return { recipient: { userId, email, name: emailVerified ? fullName : null }, language: this.languages.of(language) };
  }
}

function isTicket({ status }: ReservationSummary): boolean {
  return status === 'confirmed' || status === 'completed';
}
