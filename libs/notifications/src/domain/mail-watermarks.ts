/** How far each search for facts without their mail has come. */
export const MAIL_SEARCH_NAMES = ['confirmations', 'cancellations', 'refunds'] as const;
export type MailSearchName = (typeof MAIL_SEARCH_NAMES)[number];

export abstract class MailWatermarks {
  /** The time up to which every fact of this search has its mail requested. The first search starts at the installation. */
  abstract read(search: MailSearchName): Promise<Date>;

  /** Moves the watermark, also back: a clock that was set back would hide facts until it is ahead again. `at` is an ISO instant. */
  abstract moveTo(search: MailSearchName, at: string): Promise<void>;
}
