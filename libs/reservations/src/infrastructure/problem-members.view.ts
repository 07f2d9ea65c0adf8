/** Members that refusals of reservations add to a problem. */
export class ReservationProblemMembers {
  /** Seats somebody else has, on `reservations.seats-taken`. */
  conflictingSeats?: string[];
  /** Seats the room does not have, on `reservations.no-such-seat`. */
  unknownSeats?: string[];
}
