/** What the parts that write mails share. */
import type { MailContent } from '../../domain/mail-content.js';
import { oneLine } from '../../domain/mail-content.js';
import { type Language, textOf } from '../../domain/language.js';

export interface Recipient {
  readonly userId: string;
  readonly email: string;
  readonly fullName: string;
}

/** A mail without details, with its greeting and signature. */
export function letter(
  language: Language,
  recipient: Recipient,
  { subject, paragraphs, ...own }: Pick<MailContent, 'subject' | 'paragraphs'> & Partial<MailContent>,
): MailContent {
  return {
    details: [],
    link: null,
    calendar: null,
    ...own,
    subject,
    paragraphs: [textOf(language, 'greeting', { name: oneLine(recipient.fullName) }), ...paragraphs],
    signature: textOf(language, 'signature', {}),
  };
}
