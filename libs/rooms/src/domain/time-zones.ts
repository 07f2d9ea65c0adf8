/** The time zones of the IANA database. */
export abstract class TimeZones {
  /**
   * The present name as the database spells it, or null where this process or PostgreSQL does not know the zone. `asia/calcutta` gives
   * `Asia/Kolkata`. PostgreSQL counts local days for the reports: a zone that it refuses would make them fail.
   */
  abstract knownName(name: string): Promise<string | null>;
}
