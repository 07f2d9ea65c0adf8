/** Who may write in which part of the timetable at a moment; every hold ends with the transaction. */
export abstract class Timetable {
  /** For one who schedules or moves: waits for others who write in these rooms, and for one who has frozen the movie or a room. */
  abstract enter(movieId: string, roomIds: readonly string[]): Promise<void>;

  /** For one whose answer must stay true: waits for those who write there, and lets nobody in. */
  abstract freeze(of: { readonly movieId: string } | { readonly roomIds: readonly string[] }): Promise<void>;
}
