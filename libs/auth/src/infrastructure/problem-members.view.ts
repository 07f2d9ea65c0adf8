/** Members that refusals of auth add to a problem. */
export class AuthProblemMembers {
  /** Ids of the paid reservations that are ahead, on `auth.reservations-ahead`. */
  reservationIds?: string[];
  /** The languages that there are, on `auth.unknown-language`. */
  languages?: string[];
}
