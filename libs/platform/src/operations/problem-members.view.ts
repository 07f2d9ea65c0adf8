/** Members that refusals of the operators' routes add to a problem. */
export class OperationProblemMembers {
  /** Ids that are unknown, on `messaging.dead-letter-not-found` and `messaging.outbox-row-not-found`. */
  unknownIds?: string[];
  /** Dead letters that were sent back before the broker went away, on `messaging.broker-away`. */
  redriven?: number;
  /** For how many days events are kept after they were published, on `events.cursor-too-old`. */
  keptDays?: number;
}
