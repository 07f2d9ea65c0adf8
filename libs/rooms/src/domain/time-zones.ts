/** The time zones of the IANA database. */
export abstract class TimeZones {
  /** The name as the database spells it, or null for an unknown one. An alias stays an alias: `europe/kiev` gives `Europe/Kiev`. */
  abstract spelling(name: string): string | null;
}
