/** The recipient, greeting and signature that every mail has. */
import type { MailContent } from '../../domain/mail-content.js';
import { oneLine } from '../../domain/mail-content.js';
import { type Language, textOf } from '../../domain/language.js';

export interface Recipient {
  readonly userId: string;
  readonly email: string;
  /** Null where nobody has shown that the address is theirs: somebody else may have chosen the name, to have it read there. */
  readonly name: string | null;
}

/** Adds the greeting and the signature; a mail has no details, link and calendar unless they are given. */
export function framedContent(
  language: Language,
  recipient: Recipient,
  { subject, paragraphs, ...own }: Pick<MailContent, 'subject' | 'paragraphs'> & Partial<MailContent>,
): MailContent {
  const { name } = recipient;
  const greeting = name === null ? textOf(language, 'greeting.nameless', {}) : textOf(language, 'greeting', { name: oneLine(name) });
  return {
    details: [],
    link: null,
    calendar: null,
    ...own,
    subject,
    paragraphs: [greeting, ...paragraphs],
    signature: textOf(language, 'signature', {}),
  };
}
