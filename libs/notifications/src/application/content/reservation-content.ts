/** Mails about a reservation: confirmed, with other seats, cancelled, about to end. */
import type { ReservationSummary } from '@app/contracts/reservations.js';
import type { ShowtimeSummary } from '@app/contracts/showtimes.js';
import { localHour, localTime, moneyText } from '../../domain/formats.js';
import { type Language, textOf } from '../../domain/language.js';
import type { MailFacts } from '../../domain/mail.js';
import { type CalendarEntry, type MailContent, oneLine } from '../../domain/mail-content.js';
import { framedContent, type Recipient } from './mail-frame.js';

export interface ReservationMail {
  readonly language: Language;
  readonly recipient: Recipient;
  readonly reservation: ReservationSummary;
  /** As it is now: it may be cancelled, or moved since it was reserved. */
  readonly showtime: ShowtimeSummary;
}

export function confirmedContent(mail: ReservationMail): MailContent {
  const { language, reservation, showtime } = mail;
  const { late } = reservation;
  return ticket(mail, {
    subject: textOf(language, 'confirmed.subject', { movie: oneLine(showtime.movie.title) }),
    paragraphs: [textOf(language, 'confirmed.intro', {}), ...(late ? [textOf(language, 'confirmed.late', {})] : [])],
  });
}

export function seatsChangedContent(mail: ReservationMail): MailContent {
  const { language, showtime } = mail;
  return ticket(mail, {
    subject: textOf(language, 'seats-changed.subject', { movie: oneLine(showtime.movie.title) }),
    paragraphs: [textOf(language, 'seats-changed.intro', {})],
  });
}

function ticket(mail: ReservationMail, text: Pick<MailContent, 'subject' | 'paragraphs'>): MailContent {
  const { language, recipient, reservation } = mail;
  const { code, total } = reservation;
  return framedContent(language, recipient, {
    ...text,
    details: [
      [textOf(language, 'label.code', {}), code],
      ...details(mail),
      [textOf(language, 'label.total', {}), moneyText(language, total)],
    ],
    calendar: calendarEntry(mail, { cancelled: false }),
  });
}

/** `goneApart`: what went back of its payment without being owed, or is kept by a bank, in minor units. The mail promises no more than the rest. */
export function cancelledContent(
  mail: ReservationMail,
  { by, reason, amount }: MailFacts,
  { goneApart }: { goneApart: number },
): MailContent {
  const { language, recipient, reservation, showtime } = mail;
  const values = { movie: oneLine(showtime.movie.title) };
  const left = Math.max(0, reservation.total.amount - goneApart);
  // Where all of it went back before, no more does, and no term of the purchase is the reason.
  const isSilent = amount === undefined || (amount.amount === 0 ? by === 'cinema' : left === 0);
  const refund = isSilent ? [] : [refundText(language, { ...amount, amount: Math.min(amount.amount, left) })];
  const time = localTime(language, showtime.startsAt, showtime.theatre.timeZone);
  const [subject, intro] =
    by === 'customer'
      ? [textOf(language, 'cancelled.subject', values), textOf(language, 'cancelled.by-customer', {})]
      : by !== 'cinema'
        ? [textOf(language, 'cancelled.subject', values), textOf(language, 'cancelled.by-admin', {})]
        : showtime.status === 'cancelled'
          ? [textOf(language, 'showtime-cancelled.subject', values), textOf(language, 'showtime-cancelled.intro', {})]
          : [
              textOf(language, 'showtime-moved.subject', values),
              textOf(language, 'showtime-moved.intro', { time, room: oneLine(showtime.room.name) }),
            ];
  return framedContent(language, recipient, {
    subject,
    paragraphs: [intro, ...refund],
    details: [
      [textOf(language, 'label.code', {}), reservation.code],
      ...details(mail),
      // A customer gives no reason; one that an admin or the cinema gives is meant for customers.
      ...(reason ? [[textOf(language, 'label.reason', {}), oneLine(reason)] as const] : []),
    ],
    calendar: amount === undefined ? null : calendarEntry(mail, { cancelled: true }),
  });
}

export function holdEndingContent(mail: ReservationMail): MailContent {
  const { language, recipient, reservation, showtime } = mail;
  return framedContent(language, recipient, {
    subject: textOf(language, 'hold-ending.subject', { movie: oneLine(showtime.movie.title) }),
    paragraphs: [textOf(language, 'hold-ending.intro', { time: localHour(language, reservation.heldUntil, showtime.theatre.timeZone) })],
    details: [...details(mail), [textOf(language, 'label.total', {}), moneyText(language, reservation.total)]],
  });
}

function refundText(language: Language, amount: NonNullable<MailFacts['amount']>): string {
  if (amount.amount === 0) return textOf(language, 'cancelled.no-refund', {});
  return textOf(language, 'cancelled.refund', { amount: moneyText(language, amount) });
}

/** The time is the one that the seats were reserved for. */
function details({ language, reservation, showtime }: ReservationMail): (readonly [string, string])[] {
  return [
    [textOf(language, 'label.movie', {}), oneLine(showtime.movie.title)],
    [textOf(language, 'label.time', {}), localTime(language, reservation.startsAt, showtime.theatre.timeZone)],
    [textOf(language, 'label.place', {}), placeOf(showtime)],
    [textOf(language, 'label.seats', {}), seatsOf(reservation)],
  ];
}

/** The version of the reservation grows with every change that a mail tells, and a repeated mail has the same text. */
function calendarEntry(
  { language, reservation, showtime }: ReservationMail,
  { cancelled }: Pick<CalendarEntry, 'cancelled'>,
): CalendarEntry {
  const { id, version, code, startsAt, endsAt } = reservation;
  return {
    uid: id,
    sequence: version,
    cancelled,
    startsAt,
    endsAt,
    summary: textOf(language, 'calendar.summary', { movie: oneLine(showtime.movie.title) }),
    location: placeOf(showtime),
    description: textOf(language, 'calendar.description', { code, seats: seatsOf(reservation) }),
  };
}

const placeOf = ({ theatre, room }: ShowtimeSummary): string => `${oneLine(theatre.name)}, ${oneLine(room.name)}`;
const seatsOf = ({ seats }: ReservationSummary): string => seats.map(({ label }) => label).join(', ');
