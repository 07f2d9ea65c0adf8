/** Mails about an account. Their secret is asked for when the mail is written, and kept nowhere else. */
import { utcTime } from '../../domain/formats.js';
import { type Language, textOf } from '../../domain/language.js';
import type { MailContent } from '../../domain/mail-content.js';
import { framedContent, type Recipient } from './mail-frame.js';

interface AccountMail {
  readonly language: Language;
  readonly recipient: Recipient;
  readonly token: string;
  /** ISO instant. */
  readonly expiresAt: string;
  /** Without a slash at the end; null: the mail has no link. */
  readonly publicUrl: string | null;
}

/** The page of each link. The token stands in the fragment, which browsers send to no server. */
const PATHS = { 'email-verification': '/verify-email', 'password-reset': '/password-reset' } as const;

export function accountContent(kind: keyof typeof PATHS, { language, recipient, token, expiresAt, publicUrl }: AccountMail): MailContent {
  const url = publicUrl === null ? null : `${publicUrl}${PATHS[kind]}#token=${encodeURIComponent(token)}`;
  return framedContent(language, recipient, {
    subject: textOf(language, `${kind}.subject`, {}),
    paragraphs: [
      textOf(language, `${kind}.intro`, { time: utcTime(language, expiresAt) }),
      ...(kind === 'password-reset' ? [textOf(language, 'password-reset.not-you', {})] : []),
    ],
    details: [[textOf(language, 'label.token', {}), token]],
    link: url === null ? null : { label: textOf(language, `${kind}.link`, {}), url },
  });
}
