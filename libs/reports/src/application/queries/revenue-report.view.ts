/** What one day, week, month, movie or theatre took, in one currency. */
export class RevenueView {
  /**
   * The day (`2026-11-21`), ISO week (`2026-W47`), month (`2026-11`), or the id of the movie or theatre. Null for money whose showtime is not known.
   * @example "2026-W47"
   */
  key!: string | null;
  /**
   * The key for people: the title of the movie or the name of the theatre.
   * @example "2026-W47"
   */
  label!: string | null;
  /**
   * ISO 4217. Currencies are never summed together.
   * @example "EUR"
   */
  currency!: string;
  /**
   * Money that arrived, in minor units as Stripe counts them.
   * @example 125000
   */
  received!: number;
  /**
   * Money that was returned, in minor units as Stripe counts them.
   * @example 2500
   */
  refunded!: number;
  /**
   * Money that the banks of cardholders took back in disputes that were lost, in minor units as Stripe counts them. It counts when the dispute is
   * decided. Fees of disputes are not counted.
   * @example 1250
   */
  lostInDisputes!: number;
  /**
   * `received` − `refunded` − `lostInDisputes`, in minor units as Stripe counts them.
   * @example 121250
   */
  net!: number;
  /**
   * Digits of the amounts of this row after the decimal point: with 2, an amount of 121250 is 1212.50 for people; with 0, minor units are whole units.
   * @example 2
   */
  decimals!: number;
}

export class RevenueReportResponse {
  /** The rows of the report. */
  data!: RevenueView[];
}
