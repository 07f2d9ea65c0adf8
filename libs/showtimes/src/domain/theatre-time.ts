/** A point in time, as an instant and as local time. */
export interface Moment {
  readonly at: Date;
  /** The local time of the theatre, without an offset: `2026-11-21T20:00:00`. */
  readonly local: string;
}

/** The local time of theatres. */
export abstract class TheatreTime {
  /**
   * Parses an ISO 8601 time with an offset, or without one as local time of this IANA zone. A local time that the clocks skip is moved forward
   * by the gap. Of a local time that happens twice it is the earlier one (Temporal's "compatible").
   */
  abstract parse(text: string, timeZone: string): Moment;

  /** How often this time happens: a local time that the clocks skip never, one that they repeat twice, any other once. */
  abstract occurrences(text: string, timeZone: string): 0 | 1 | 2;
}
