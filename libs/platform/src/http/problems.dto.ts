export class InputFaultResponse {
  /** @example "/seats/0" */
  pointer!: string;
  /** @example "must be a seat label" */
  message!: string;
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
  /** Seconds, on 429 and 503. */
  retryAfter?: number;
}
