/** What a mail says, in the language of its reader, before it becomes text, HTML and attachments. Every string is plain text. */

/** An entry for the reader's calendar. */
export interface CalendarEntry {
  /** Stays the same for all mails about the reservation. */
  readonly uid: string;
  /** Grows with every mail that changes the entry. */
  readonly sequence: number;
  readonly cancelled: boolean;
  /** ISO instants. */
  readonly startsAt: string;
  readonly endsAt: string;
  readonly summary: string;
  readonly location: string;
  readonly description: string;
}

export interface MailContent {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  /** Label and value, line by line. */
  readonly details: readonly (readonly [label: string, value: string])[];
  readonly link: { readonly label: string; readonly url: string } | null;
  readonly signature: string;
  readonly calendar: CalendarEntry | null;
}

/** Longer titles and names are cut: no mail becomes unreadable by them, and no header too long. */
export const MAX_VALUE_CHARACTERS = 120;

/** One line of at most 120 characters without control characters: a name or a title cannot add a line to a header. */
export function oneLine(text: string): string {
  // Line and paragraph separators, control and format characters: the last could turn the direction of what follows.
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  const characters = [...line];
  return characters.length <= MAX_VALUE_CHARACTERS
    ? line
    : `${characters
        .slice(0, MAX_VALUE_CHARACTERS - 1)
        .join('')
        .trimEnd()}…`;
}
