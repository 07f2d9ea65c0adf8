/** What happens to the showtimes of a retired movie. */
import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel/clock.js';
import { SchedulingLocks } from '../domain/scheduling-locks.js';
import { Showtimes } from '../domain/showtimes.js';

@Injectable()
export class RetiredMovieShowtimes {
  constructor(
    private readonly showtimes: Showtimes,
    private readonly locks: SchedulingLocks,
    private readonly clock: Clock,
  ) {}

  /** Cancels those that have not started. Call it inside a transaction. */
  async cancelAll(movieId: string, reason: string | null): Promise<void> {
    // Waits for those who scheduled the movie before it was retired and have not committed. Later ones are refused: it is retired.
    await this.locks.blockScheduling({ movieId });
    const now = this.clock.now();
    for (const showtimeId of await this.showtimes.idsOfUpcoming(movieId, now)) {
      await this.showtimes.change(showtimeId, (showtime) => {
        // It may have been moved to an earlier time since it was found. What has started goes on.
        if (!showtime.hasStarted(now)) showtime.cancel({ reason, now });
      });
    }
  }
}
