/** What happens to the showtimes of a retired movie. */
import { Injectable } from '@nestjs/common';
import { SchedulingLocks } from '../domain/scheduling-locks.js';
import { Showtimes } from '../domain/showtimes.js';

@Injectable()
export class RetiredMovieShowtimes {
  constructor(
    private readonly showtimes: Showtimes,
    private readonly locks: SchedulingLocks,
  ) {}

  /**
   * Cancels those that had not started when the movie was retired, also where they have since: the message may be late, and the admin knows that
   * they do not take place. Call it inside a transaction.
   */
  async cancelAll(movieId: string, { retiredAt, reason }: { retiredAt: Date; reason: string | null }): Promise<void> {
    // Waits for those who scheduled the movie before it was retired and have not committed. Later ones are refused: it is retired.
    await this.locks.blockScheduling({ movieId });
    for (const showtimeId of await this.showtimes.idsOfUpcoming(movieId, retiredAt)) {
      await this.showtimes.change(showtimeId, (showtime) => {
        // It may have been moved to an earlier time since it was found. What had started goes on.
        if (!showtime.hasStarted(retiredAt)) showtime.cancel({ reason, now: retiredAt });
      });
    }
  }
}
