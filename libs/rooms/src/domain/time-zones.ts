/** The zones of the IANA database. */
export abstract class TimeZones {
  /** The zone's name as the database spells it, aliases kept (`europe/kiev` is `Europe/Kiev`), or null for anything that is not one. */
  abstract spelling(name: string): string | null;
}
