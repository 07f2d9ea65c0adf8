export interface Moment {
  readonly at: Date;
  /** The theatre's wall clock, without an offset: `2026-11-21T20:00:00`. */
  readonly local: string;
}

/** Instants and wall clocks of theatres. */
export abstract class TheatreTime {
  /**
   * Reads an ISO 8601 time with an offset, or without one as the wall clock of this IANA zone: where clocks go forward a time that does not
   * exist moves on by the gap, where they go back the earlier of the two is meant (Temporal's "compatible").
   */
  abstract read(text: string, timeZone: string): Moment;
}
