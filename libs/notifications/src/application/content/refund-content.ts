/** Mails about money that goes back. */
import type { MoneyJson } from '@app/kernel/money.js';
import { moneyText } from '../../domain/formats.js';
import { textOf } from '../../domain/language.js';
import { type MailContent, oneLine } from '../../domain/mail-content.js';
import type { ReservationMail } from './reservation-content.js';
import { framedContent } from './mail-frame.js';

export function refundContent(
  kind: 'refund-submitted' | 'refund-arrived',
  { language, recipient, reservation, showtime }: ReservationMail,
  money: MoneyJson,
): MailContent {
  const amount = moneyText(language, money);
  return framedContent(language, recipient, {
    subject: textOf(language, `${kind}.subject`, { amount }),
    paragraphs: [textOf(language, `${kind}.intro`, { amount })],
    details: [
      [textOf(language, 'label.amount', {}), amount],
      [textOf(language, 'label.code', {}), reservation.code],
      [textOf(language, 'label.movie', {}), oneLine(showtime.movie.title)],
    ],
  });
}
