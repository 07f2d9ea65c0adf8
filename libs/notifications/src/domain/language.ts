/** The texts of mails: which there are, and what is filled into each. A language is a file that has all of them. */

/** The placeholders of each text. */
export const PLACEHOLDERS = {
  greeting: ['name'],
  'greeting.nameless': [],
  signature: [],
  'label.movie': [],
  'label.place': [],
  'label.time': [],
  'label.seats': [],
  'label.code': [],
  'label.total': [],
  'label.amount': [],
  'label.reason': [],
  'label.token': [],
  'confirmed.subject': ['movie'],
  'confirmed.intro': [],
  'confirmed.late': [],
  'seats-changed.subject': ['movie'],
  'seats-changed.intro': [],
  'calendar.summary': ['movie'],
  'calendar.description': ['code', 'seats'],
  'cancelled.subject': ['movie'],
  'cancelled.by-customer': [],
  'cancelled.by-admin': [],
  'cancelled.refund': ['amount'],
  'cancelled.no-refund': [],
  'showtime-cancelled.subject': ['movie'],
  'showtime-cancelled.intro': [],
  'showtime-moved.subject': ['movie'],
  'showtime-moved.intro': ['time', 'room'],
  'refund-submitted.subject': ['amount'],
  'refund-submitted.intro': ['amount'],
  'refund-arrived.subject': ['amount'],
  'refund-arrived.intro': ['amount'],
  'hold-ending.subject': ['movie'],
  'hold-ending.intro': ['time'],
  'email-verification.subject': [],
  'email-verification.intro': ['time'],
  'email-verification.link': [],
  'password-reset.subject': [],
  'password-reset.intro': ['time'],
  'password-reset.not-you': [],
  'password-reset.link': [],
} as const satisfies Record<string, readonly string[]>;

export type TextKey = keyof typeof PLACEHOLDERS;

export interface Language {
  /** BCP 47: how dates and money are written. */
  readonly locale: string;
  readonly texts: Readonly<Record<TextKey, string>>;
}

/** What is filled into a text: exactly its placeholders. */
type Values<Key extends TextKey> = Readonly<Record<(typeof PLACEHOLDERS)[Key][number], string>>;

/** The languages that there are. */
export abstract class Languages {
  /** In alphabetical order. */
  abstract readonly codes: readonly string[];
  /** The language of this code, or `DEFAULT_LANGUAGE` where it is unknown. */
  abstract of(code: string): Language;
}

/** The text with its placeholders `{name}` filled. */
export function textOf<Key extends TextKey>({ texts }: Language, key: Key, values: Values<Key>): string {
  const all: Readonly<Record<string, string>> = values;
  return texts[key].replace(/\{(\w+)\}/g, (placeholder, name: string) => all[name] ?? placeholder);
}
