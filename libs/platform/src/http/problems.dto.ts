export class InputFaultResponse {
  /** @example "/seats/0" */
  pointer!: string;
  /** @example "must be a seat label" */
  message!: string;
}

export class ConflictingShowtimeResponse {
  /** @example "019a9d1e-8e31-7c22-9f3e-2c8f6f4cad33" */
  id!: string;
  /** @example "2026-12-24T19:15:00.000Z" */
  startsAt!: string;
  /** @example "2026-12-24T21:11:00.000Z" */
  endsAt!: string;
}

/** RFC 9457 problem details. */
export class ProblemResponse {
  /** @example "urn:problem:reservations.seats-taken" */
  type!: string;
  /** @example "Conflict" */
  title!: string;
  /** @example 409 */
  status!: number;
  /** @example "Seat A1 is taken." */
  detail!: string;
  /** @example "/api/v1/reservations" */
  instance!: string;
  /**
   * Stable, for programs.
   * @example "reservations.seats-taken"
   */
  code!: string;
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11" */
  requestId!: string;
  errors?: InputFaultResponse[];
  /** Seats somebody else has, on `reservations.seats-taken`. */
  conflictingSeats?: string[];
  /** Seats the room does not have, on `reservations.no-such-seat`. */
  unknownSeats?: string[];
  /** The showtime in the way, on `showtimes.overlap`. */
  conflictingShowtime?: ConflictingShowtimeResponse;
  /** Seconds, on 429 and 503. */
  retryAfter?: number;
}
