import { MovieRetired } from '@app/contracts/movies.js';
import { Clock } from '@app/kernel/clock.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { SchedulingLocks } from '../../domain/scheduling-locks.js';
import { Showtimes } from '../../domain/showtimes.js';

@Subscribe(MovieRetired, { queue: 'showtimes.cancel-showtimes-when-movie-retired' })
export class CancelShowtimesWhenMovieRetired implements Reaction<MovieRetired> {
  constructor(
    private readonly showtimes: Showtimes,
    private readonly locks: SchedulingLocks,
    private readonly clock: Clock,
  ) {}

  async handle({ data: { movieId, cancelShowtimes, reason } }: MovieRetired): Promise<void> {
    if (!cancelShowtimes) return;
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
