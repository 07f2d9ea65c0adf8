/** Locks that decide who may schedule at a moment. They end with the transaction. */
export abstract class SchedulingLocks {
  /** Before scheduling or moving showtimes. Waits for others who do so in these rooms, and for `blockScheduling` of a movie or a room. */
  abstract lockForScheduling(movieIds: readonly string[], roomIds: readonly string[]): Promise<void>;

  /** Before an answer that must hold until the transaction ends. Waits for those who schedule there, and keeps others from it. */
  abstract blockScheduling(of: { readonly movieId: string } | { readonly roomIds: readonly string[] }): Promise<void>;
}
