/** Members that refusals of reservations add to a problem. */
export class ReservationProblemMembers {
  /** Seats that another reservation has, on `reservations.seats-taken`. */
  conflictingSeats?: string[];
  /** Seats that do not exist in the room, on `reservations.no-such-seat`. */
  unknownSeats?: string[];
}
