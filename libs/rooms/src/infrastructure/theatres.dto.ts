import { Transform } from 'class-transformer';
import { IsNotEmpty, IsString, MaxLength, ValidateIf } from 'class-validator';

const MAX_NAME_CHARACTERS = 100;

/** NFC, without outer spaces, and one space between words: equal names are equal bytes. */
const Trimmed = () =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.normalize('NFC').trim().replaceAll(/\s+/g, ' ') : value));
const UpperCased = () => Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toUpperCase() : value));
/** May be left out, but may not be null. */
const MayBeLeftOut = () => ValidateIf((_, value: unknown) => value !== undefined);

export class OpenTheatreRequest {
  /** @example "Lichtburg" */
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_NAME_CHARACTERS)
  name!: string;

  /**
   * Of the IANA database. Fixed once a showtime was scheduled in the theatre.
   * @example "Europe/Berlin"
   */
  @IsString()
  @IsNotEmpty()
  @MaxLength(64)
  timeZone!: string;

  /**
   * ISO 4217, a currency that cards can be charged in. Fixed once a showtime was scheduled in the theatre.
   * @example "EUR"
   */
  @UpperCased()
  @IsString()
  @IsNotEmpty()
  @MaxLength(3)
  currency!: string;
}

/** What is left out stays as it is. */
export class ChangeTheatreRequest {
  /** @example "Lichtburg" */
  @MayBeLeftOut()
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_NAME_CHARACTERS)
  name?: string;

  /** @example "Europe/Berlin" */
  @MayBeLeftOut()
  @IsString()
  @IsNotEmpty()
  @MaxLength(64)
  timeZone?: string;

  /** @example "EUR" */
  @MayBeLeftOut()
  @UpperCased()
  @IsString()
  @IsNotEmpty()
  @MaxLength(3)
  currency?: string;
}
