/** Members that refusals of rooms add to a problem. */

/** A showtime that would still occupy its room at the start of the next one there. */
class ShowtimeOverlappingByCleaningView {
  /** @example "019a9d1e-8e31-7c22-9f3e-2c8f6f4cad33" */
  id!: string;
  /** @example "2026-12-24T17:00:00.000Z" */
  startsAt!: string;
  /**
   * The end of the movie.
   * @example "2026-12-24T20:00:00.000Z"
   */
  endsAt!: string;
  /**
   * With the new cleaning time.
   * @example "2026-12-24T20:15:00.000Z"
   */
  roomFreeAt!: string;
  /** @example { "id": "019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b12", "name": "Room 1" } */
  room!: { id: string; name: string };
  /**
   * The next showtime of the room.
   * @example { "id": "019a9d1e-8e31-7c22-9f3e-2c8f6f4cad34", "startsAt": "2026-12-24T19:15:00.000Z" }
   */
  next!: { id: string; startsAt: string };
}

/** One thing that is wrong with a seat plan. */
class SeatPlanFaultView {
  /** Counted from 1 in the layout, gaps included. Null where the fault is in no single place. */
  row!: number | null;
  /** Counted from 1 in the row, gaps included. Null where the fault is in no single place. */
  column!: number | null;
  /** What is wrong, for people. */
  problem!: string;
}

export class RoomProblemMembers {
  /** The first hundred, by start, on `rooms.cleaning-overlaps-showtimes`. */
  overlappingShowtimes?: ShowtimeOverlappingByCleaningView[];
  /** Showtimes that have not ended, on `rooms.showtimes-ahead`. */
  showtimesAhead?: number;
  /** What is wrong with the seat plan, fault by fault, on `rooms.seat-plan-refused`. */
  faults?: SeatPlanFaultView[];
}
