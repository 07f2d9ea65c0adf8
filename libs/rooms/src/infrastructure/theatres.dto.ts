import { Transform } from 'class-transformer';
import { MayBeLeftOut } from '@app/platform/http/may-be-left-out.js';
import { Text } from '@app/platform/http/text.js';

const MAX_NAME_CHARACTERS = 100;

const UpperCased = () => Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toUpperCase() : value));

export class OpenTheatreRequest {
  /** @example "Lichtburg" */
  @Text({ max: MAX_NAME_CHARACTERS, form: 'one-line' })
  name!: string;

  /**
   * Of the IANA database. An old name becomes the present one: `Asia/Calcutta` is `Asia/Kolkata`. Fixed once a showtime was scheduled in the theatre.
   * @example "Europe/Berlin"
   */
  @Text({ max: 64, form: 'as-written' })
  timeZone!: string;

  /**
   * ISO 4217, a currency that cards can be charged in. Fixed once a showtime was scheduled in the theatre.
   * @example "EUR"
   */
  @UpperCased()
  @Text({ max: 3, form: 'as-written' })
  currency!: string;
}

/** What is left out stays as it is. */
export class ChangeTheatreRequest {
  /** @example "Lichtburg" */
  @MayBeLeftOut()
  @Text({ max: MAX_NAME_CHARACTERS, form: 'one-line', optional: true })
  name?: string;

  /** @example "Europe/Berlin" */
  @MayBeLeftOut()
  @Text({ max: 64, form: 'as-written', optional: true })
  timeZone?: string;

  /** @example "EUR" */
  @MayBeLeftOut()
  @UpperCased()
  @Text({ max: 3, form: 'as-written', optional: true })
  currency?: string;
}
