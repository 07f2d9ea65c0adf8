/** Members that refusals of showtimes add to a problem. */
export class ConflictingShowtimeView {
  /** @example "019a9d1e-8e31-7c22-9f3e-2c8f6f4cad33" */
  id!: string;
  /** @example "2026-12-24T19:15:00.000Z" */
  startsAt!: string;
  /** @example "2026-12-24T21:11:00.000Z" */
  endsAt!: string;
}

export class ShowtimeProblemMembers {
  /** The other showtime, on `showtimes.overlap`. */
  conflictingShowtime?: ConflictingShowtimeView;
}
