/** The right by which a request was let in. The access guard looks at it before anything waits: it can be taken before the act is done. */
export abstract class ActorRight {
  /**
   * Throws as the access guard does where the user has not got it any more. Call it inside the transaction of the act, before it changes anything:
   * an act that changes users waits here for others who do.
   */
  abstract assertStillHeld(userId: string): Promise<void>;
}
