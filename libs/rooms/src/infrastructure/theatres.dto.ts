import { Transform } from 'class-transformer';
import { IsNotEmpty, IsString, MaxLength, ValidateIf } from 'class-validator';
import { PageInfo } from '@app/platform/http/page.view.js';

const NAME_MAX = 100;

/** NFC and without spaces around it, so that equal names are equal bytes. */
const Trimmed = () =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.normalize('NFC').trim().replaceAll(/\s+/g, ' ') : value));
const UpperCased = () => Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toUpperCase() : value));
/** May be left out, but not null. */
const MayBeLeftOut = () => ValidateIf((_, value: unknown) => value !== undefined);

export class OpenTheatreRequest {
  /** @example "Lichtburg" */
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(NAME_MAX)
  name!: string;

  /**
   * Of the IANA database. Fixed once a showtime was scheduled here.
   * @example "Europe/Berlin"
   */
  @IsString()
  @IsNotEmpty()
  @MaxLength(64)
  timeZone!: string;

  /**
   * ISO 4217, one that cards can be charged in. Fixed once a showtime was scheduled here.
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
  @MaxLength(NAME_MAX)
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

export class TheatreResponse {
  /** @example "019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11" */
  id!: string;
  /** @example "open" */
  status!: 'open';
  /** @example "Lichtburg" */
  name!: string;
  /** @example "Europe/Berlin" */
  timeZone!: string;
  /** @example "EUR" */
  currency!: string;
}

export class TheatreListResponse {
  data!: TheatreResponse[];
  page!: PageInfo;
}
